package io.bascule.qemuharness.nbd;

import io.bascule.partitionlayout.MemoryBlockDevice;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Byte for byte. */
@Timeout(60)
class HandshakeTest {
    private static final String SIZE = "0000000000100000";
    /** HAS_FLAGS, SEND_FLUSH, SEND_FUA, SEND_TRIM, SEND_WRITE_ZEROES. */
    private static final String FLAGS = "006d";

    private static final int UNSUP = 0x80000001;
    private static final int INVALID = 0x80000003;
    private static final int UNKNOWN = 0x80000006;

    private NbdServer server;
    private RawClient client;

    @BeforeEach
    void connect() throws IOException {
        server = NbdServer.serve(new MemoryBlockDevice(1 << 20));
        client = new RawClient(server.socket());
        client.expect(RawClient.GREETING);
    }

    @AfterEach
    void end() throws IOException {
        client.close();
        server.close();
    }

    @Test
    void exportNameIsAnsweredWithSizeFlagsAndPadding() throws Exception {
        client.send("00000001" + RawClient.OPTION + "00000001" + "00000000");
        client.expect(SIZE + FLAGS + "00".repeat(124));
        client.request(0, 3, 0, 0);
        client.expectReply(0);
    }

    @Test
    void exportNameIsAnsweredWithoutPaddingForWhomDoesNotWantIt() throws Exception {
        client.send("00000003" + RawClient.OPTION + "00000001" + "00000000");
        client.expect(SIZE + FLAGS);
        client.request(0, 3, 0, 0);
        client.expectReply(0);
    }

    @Test
    void nameOfAnotherExportEndsTheConnection() throws Exception {
        client.send("00000003" + RawClient.OPTION + "00000001" + "00000001" + "41");
        client.expectEnd();
    }

    @Test
    void unknownClientFlagEndsTheConnection() throws Exception {
        client.send("00000007");
        client.expectEnd();
    }

    @Test
    void wrongMagicOfAnOptionEndsTheConnection() throws Exception {
        client.send("00000003" + "49484156454f5055" + "00000001" + "00000000");
        client.expectEnd();
    }

    @Test
    void optionOfAbsurdLengthEndsTheConnection() throws Exception {
        client.send("00000003" + RawClient.OPTION + "00000007" + "fffffff0");
        client.expectEnd();
    }

    @Test
    void listsTheDefaultExport() throws Exception {
        client.send("00000003" + RawClient.OPTION + "00000003" + "00000000");
        client.expect(RawClient.OPTION_REPLY + "00000003" + "00000002" + "00000004" + "00000000");
        client.expect(RawClient.OPTION_REPLY + "00000003" + "00000001" + "00000000");
        client.send(RawClient.OPTION + "00000003" + "00000001" + "00");
        client.expectRefusal(3, INVALID);
    }

    @Test
    void unknownOptionsAreRefusedAndSkipped() throws Exception {
        client.send("00000003");
        for (var option : new int[] {4, 5, 8, 9, 10, 11, 12, 0xFFFF}) {
            client.send(RawClient.OPTION + String.format("%08x", option) + "00000003" + "abcdef");
            client.expectRefusal(option, UNSUP);
        }
        client.send(RawClient.OPTION + "00000001" + "00000000");
        client.expect(SIZE + FLAGS);
    }

    @Test
    void infoTellsSizesAndGoEndsTheHandshake() throws Exception {
        client.send("00000003" + RawClient.OPTION + "00000006" + "00000006" + "00000000" + "0000");
        expectInfo("00000006");
        // GO, which asks for NAME and BLOCK_SIZE.
        client.send(RawClient.OPTION + "00000007" + "0000000a" + "00000000" + "0002" + "0001" + "0003");
        expectInfo("00000007");
        client.request(0, 3, 0, 0);
        client.expectReply(0);
    }

    private void expectInfo(String option) throws IOException {
        client.expect(RawClient.OPTION_REPLY + option + "00000003" + "0000000c" + "0000" + SIZE + FLAGS);
        client.expect(RawClient.OPTION_REPLY + option + "00000003" + "0000000e" + "0003" + "00000200" + "00001000"
                + "02000000");
        client.expect(RawClient.OPTION_REPLY + option + "00000001" + "00000000");
    }

    @Test
    void malformedGoIsRefusedAndTheClientMayTryAgain() throws Exception {
        client.send("00000003");
        for (var data : new String[] {
            "", // nothing
            "0000000000", // no room for the number of kinds
            "00000001" + "0000", // the name is longer than the data
            "ffffffff" + "0000", // and by far
            "00000000" + "0001", // fewer kinds than are counted
            "00000000" + "0000" + "0003" // more
        }) {
            client.send(RawClient.OPTION + "00000007" + String.format("%08x", data.length() / 2) + data);
            client.expectRefusal(7, INVALID);
        }
        client.send(RawClient.OPTION + "00000007" + "00000007" + "00000001" + "41" + "0000");
        client.expectRefusal(7, UNKNOWN);
        client.send(RawClient.OPTION + "00000007" + "00000006" + "00000000" + "0000");
        expectInfo("00000007");
    }

    @Test
    void abortIsAcknowledged() throws Exception {
        client.send("00000003" + RawClient.OPTION + "00000002" + "00000000");
        client.expect(RawClient.OPTION_REPLY + "00000002" + "00000001" + "00000000");
        client.expectEnd();
    }
}
