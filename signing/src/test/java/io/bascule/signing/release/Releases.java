package io.bascule.signing.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.signing.SignedDocument;
import io.bascule.signing.Signer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Release metadata of the tests. */
public final class Releases {
    static final ObjectMapper JSON = new ObjectMapper();
    static final Instant EXPIRES = Instant.parse("2027-01-01T00:00:00Z");
    static final Instant BEFORE = EXPIRES.minusSeconds(1);

    private static final String TEXT = """
            {
              "format": 1,
              "board": "amd64-base",
              "version": "1.1.0~rc1",
              "architecture": "x86-64",
              "buildTime": "2026-01-01T00:00:00Z",
              "expires": "2027-01-01T00:00:00Z",
              "usr": {"rootHash": "%1$s", "salt": "cd", "encoder": "zstd \\"1.5\\" \\u00e4"},
              "kernel": {"release": "6.12", "commandLine": "root=tmpfs quiet"},
              "files": [
                {"kind": "uki", "name": "amd64-base_1.1.0~rc1.efi", "size": 4096, "sha256": "%2$s"},
                {"kind": "of-another-version", "name": "later.json", "size": 1, "sha256": "%1$s"},
                {"kind": "payload", "name": "amd64-base_1.1.0~rc1.payload", "size": 9007199254740992, "sha256": "%1$s"}
              ],
              "ids": {"users": {"root": 0, "_apt": 42}, "groups": {}},
              "later": [true, null, -7, "\\u001f\\u20ac\\ud83d\\ude00/\\\\"]
            }
            """.formatted("ab".repeat(32), "12".repeat(32));

    private Releases() {}

    public static ObjectNode unsigned() {
        try {
            return (ObjectNode) JSON.readTree(TEXT);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] signed(List<Signer> signers) throws IOException {
        return signed(unsigned(), signers);
    }

    static byte[] signed(ObjectNode root, List<Signer> signers) throws IOException {
        SignedDocument.sign(root, signers);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root).getBytes(UTF_8);
    }
}
