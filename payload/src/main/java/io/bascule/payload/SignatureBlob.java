package io.bascule.payload;

import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.Signer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The message {@code Signatures}. Its size must be known before anything is signed, because header and manifest hold it
 * and are signed; ECDSA signatures vary in length, so each is padded with zeros to the most its key can make, and its
 * true length stands beside it.
 */
final class SignatureBlob {
    private SignatureBlob() {}

    /** {@return what {@link #sign} will return for these signers, in bytes} */
    static int size(List<Signer> signers) {
        return encode(
                        signers.stream()
                                .map(signer -> new byte[signer.maxSignatureSize()])
                                .toList(),
                        signers)
                .length;
    }

    static byte[] sign(Sha256Digest digest, List<Signer> signers) throws IOException {
        var signatures = new ArrayList<byte[]>();
        for (var signer : signers) {
            var signature = signer.sign(digest);
            if (signature.length == 0 || signature.length > signer.maxSignatureSize()) {
                throw new IOException(String.format(
                        Locale.ROOT,
                        "a signer made %d bytes, but had announced at most %d",
                        signature.length,
                        signer.maxSignatureSize()));
            }
            signatures.add(signature);
        }
        return encode(signatures, signers);
    }

    private static byte[] encode(List<byte[]> signatures, List<Signer> signers) {
        var message = new ProtoWriter();
        for (var i = 0; i < signatures.size(); i++) {
            var signature = signatures.get(i);
            message.message(
                    ProtoField.SIGNATURES_SIGNATURE,
                    new ProtoWriter()
                            .bytes(
                                    ProtoField.SIGNATURE_DATA,
                                    Arrays.copyOf(signature, signers.get(i).maxSignatureSize()))
                            .fixed32(ProtoField.SIGNATURE_UNPADDED_SIZE, signature.length));
        }
        return message.toByteArray();
    }

    /**
     * {@return the signatures, without padding}
     *
     * @param offset of the message in the payload, for errors
     */
    static List<byte[]> decode(byte[] bytes, long offset) throws MalformedFormatException {
        var in = new ProtoReader(bytes, offset);
        var signatures = new ArrayList<byte[]>();
        while (in.next()) {
            if (in.is(ProtoField.SIGNATURES_SIGNATURE)) {
                if (signatures.size() == PayloadFormat.MAX_SIGNATURES) {
                    throw in.malformed(
                            ProtoField.SIGNATURES_SIGNATURE, "more than " + PayloadFormat.MAX_SIGNATURES + " of them");
                }
                signatures.add(signature(in.message(ProtoField.SIGNATURES_SIGNATURE)));
            } else {
                in.skip();
            }
        }
        return signatures;
    }

    private static byte[] signature(ProtoReader in) throws MalformedFormatException {
        var data = new byte[0];
        var unpaddedSize = 0L;
        while (in.next()) {
            if (in.isOnce(ProtoField.SIGNATURE_DATA)) {
                data = in.bytes(ProtoField.SIGNATURE_DATA);
            } else if (in.isOnce(ProtoField.SIGNATURE_UNPADDED_SIZE)) {
                unpaddedSize = in.fixed32(ProtoField.SIGNATURE_UNPADDED_SIZE);
            } else {
                in.skip();
            }
        }
        in.require(ProtoField.SIGNATURE_DATA, ProtoField.SIGNATURE_UNPADDED_SIZE);
        if (unpaddedSize > data.length) {
            throw in.malformed(
                    ProtoField.SIGNATURE_UNPADDED_SIZE,
                    unpaddedSize + ", but there are only " + data.length + " bytes");
        }
        for (var i = (int) unpaddedSize; i < data.length; i++) {
            if (data[i] != 0) {
                throw in.malformed(ProtoField.SIGNATURE_DATA, "padding that is not zero");
            }
        }
        return Arrays.copyOf(data, (int) unpaddedSize);
    }
}
