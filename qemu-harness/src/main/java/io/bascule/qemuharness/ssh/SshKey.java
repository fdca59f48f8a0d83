package io.bascule.qemuharness.ssh;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Set;

/** An Ed25519 key pair of a user, without a passphrase. */
public final class SshKey {
    private final byte[] privateKey;
    private final String publicLine;

    private SshKey(byte[] privateKey, String publicLine) {
        this.privateKey = privateKey;
        this.publicLine = publicLine;
    }

    /**
     * Makes a new key.
     *
     * @param comment what stands behind the public key
     */
    public static SshKey generate(String comment) {
        try {
            var pair = KeyPair.genKeyPair(new JSch(), KeyPair.ED25519);
            pair.setPublicKeyComment(comment);
            var privateKey = new ByteArrayOutputStream();
            pair.writeOpenSSHv1PrivateKey(privateKey, null);
            return new SshKey(privateKey.toByteArray(), publicLine(pair));
        } catch (JSchException e) {
            throw new IllegalStateException("this Java runtime cannot make Ed25519 keys", e);
        }
    }

    /**
     * Reads a private key that has no passphrase.
     *
     * @throws SshException if the file holds no such key
     */
    public static SshKey read(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        try {
            var pair = KeyPair.load(new JSch(), bytes, null);
            if (pair.isEncrypted()) {
                throw new SshException(file + " is protected by a passphrase");
            }
            return new SshKey(bytes, publicLine(pair));
        } catch (JSchException e) {
            throw new SshException(file + " is not a private key: " + e.getMessage(), e);
        }
    }

    /**
     * Writes the private key in OpenSSH's format, for its owner alone, as {@code ssh -i} wants it; and the public key
     * beside it, with {@code .pub} at the end of the name.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is such a file already
     */
    public void write(Path file) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (var channel = Files.newByteChannel(file, options, ownerOnly)) {
            var bytes = ByteBuffer.wrap(privateKey);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        Files.writeString(
                file.resolveSibling(file.getFileName() + ".pub"), publicLine + "\n", StandardOpenOption.CREATE_NEW);
    }

    /** {@return the public key as a line for {@code authorized_keys}, without its end} */
    public String publicLine() {
        return publicLine;
    }

    byte[] privateKey() {
        return privateKey.clone();
    }

    private static String publicLine(KeyPair pair) throws JSchException {
        var blob = pair.getPublicKeyBlob();
        if (blob == null) {
            throw new JSchException("it has no public part");
        }
        var type = new String(blob, Integer.BYTES, ByteBuffer.wrap(blob).getInt(), StandardCharsets.US_ASCII);
        var comment = pair.getPublicKeyComment();
        var line = type + " " + Base64.getEncoder().encodeToString(blob);
        return comment == null || comment.isBlank() ? line : line + " " + comment;
    }

    /** {@return the public key: the private one is nobody's business} */
    @Override
    public String toString() {
        return publicLine;
    }
}
