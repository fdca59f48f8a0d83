package io.bascule.signing.external;

import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.KeyFile;
import io.bascule.signing.KeyId;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.Signer;
import io.bascule.signing.TrustedKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Signs by a program, which knows the way to the key: a cloud's key service, a card reader, a person with a second machine.
 * It gets the digest, 64 hexadecimal digits and a line feed, on standard input, and answers with the signature in Base64 on
 * standard output and status 0. Whatever it answers is verified with the public key before anybody uses it.
 *
 * <p>{@code command:PROGRAM?public=FILE}, with any number of {@code argument=TEXT} for the program and {@code
 * timeout=SECONDS} (default 60).
 */
public final class CommandSigner implements Signer {
    /** How its URIs begin. */
    public static final String SCHEME = "command";

    static final String PUBLIC = "public";
    private static final String ARGUMENT = "argument";
    private static final String TIMEOUT = "timeout";
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);
    private static final long MAX_TIMEOUT = 86_400;

    /** More than any signature in Base64, and than anybody reads of what went wrong. */
    private static final int MAX_OUTPUT = 64 << 10;

    private static final int SHOWN = 600;

    private final List<String> command;
    private final PublicKey publicKey;
    private final Duration timeout;

    /**
     * @param command the program and its arguments
     * @param timeout how long it may take for one signature
     * @throws IllegalArgumentException if nothing may be signed with such a key
     */
    public CommandSigner(List<String> command, PublicKey publicKey, Duration timeout) {
        KeyAlgorithm.of(publicKey);
        this.command = List.copyOf(command);
        this.publicKey = publicKey;
        this.timeout = timeout;
    }

    /** @throws IllegalArgumentException if it is not such a URI */
    static CommandSigner open(KeyUri uri) throws IOException {
        KeyUri.require(uri.query(), Set.of(PUBLIC, ARGUMENT, TIMEOUT), Set.of(ARGUMENT));
        var command = new ArrayList<String>();
        command.add(KeyUri.text(uri.path()));
        if (command.getFirst().isEmpty()) {
            throw new IllegalArgumentException("there is no program in it");
        }
        uri.query().stream()
                .filter(attribute -> attribute.name().equals(ARGUMENT))
                .forEach(attribute -> command.add(attribute.text()));
        var publicFile = KeyUri.find(uri.query(), PUBLIC)
                .orElseThrow(() -> new IllegalArgumentException(
                        "it names no public key, which its signatures are verified with: public=FILE"));
        var timeout = KeyUri.find(uri.query(), TIMEOUT)
                .map(attribute -> seconds(attribute.text()))
                .orElse(DEFAULT_TIMEOUT);
        return new CommandSigner(command, KeyFile.readPublic(Path.of(publicFile.text())), timeout);
    }

    private static Duration seconds(String text) {
        if (text.matches("[1-9][0-9]{0,4}") && Long.parseLong(text) <= MAX_TIMEOUT) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        throw new IllegalArgumentException("timeout: '" + text + "' is not from 1 to " + MAX_TIMEOUT + " seconds");
    }

    @Override
    public KeyId keyId() {
        return KeyId.of(publicKey);
    }

    @Override
    public int maxSignatureSize() {
        return KeyAlgorithm.of(publicKey).maxSignatureSize();
    }

    @Override
    public byte[] sign(Sha256Digest digest) throws IOException {
        var answer = ask(digest + "\n");
        byte[] signature;
        try {
            signature = Base64.getDecoder().decode(answer.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw SignerException.permanent(
                    command.getFirst() + " answered what is not Base64",
                    "it must print the signature in Base64 on standard output, and nothing else");
        }
        if (!TrustedKeys.verifies(publicKey, digest, signature)) {
            throw SignerException.permanent(
                    command.getFirst() + " answered " + signature.length + " bytes that are not a signature by key "
                            + keyId(),
                    "the key that it signs with must be the private half of the public key named, the digest must be signed"
                            + " as the SHA-256 that it is (not hashed again), RSA by PKCS#1 v1.5, ECDSA in DER");
        }
        return signature;
    }

    private String ask(String question) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw SignerException.permanent(
                    "cannot start " + command.getFirst() + ": " + e.getMessage(),
                    "name a program that is there and may be executed");
        }
        try {
            return converse(process, question);
        } catch (TimeoutException e) {
            throw SignerException.passing(
                    command.getFirst() + " did not answer within " + timeout.toSeconds() + " s",
                    "see what it waits for; timeout=SECONDS gives it longer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SignerException.passing("interrupted while " + command.getFirst() + " signed", "try again");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private String converse(Process process, String question)
            throws SignerException, TimeoutException, InterruptedException {
        var end = System.nanoTime() + timeout.toNanos();
        var answer = collect(process.getInputStream());
        var complaints = collect(process.getErrorStream());
        try (var to = process.getOutputStream()) {
            to.write(question.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // It did not want to know. Status and answer tell what that means.
        }
        // Whoever writes without end stops for good when nobody reads any more, and is out of time then.
        var output = get(answer, end);
        var errors = get(complaints, end);
        if (!process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException();
        }
        if (process.exitValue() != 0) {
            var said = errors.strip();
            throw SignerException.passing(
                    command.getFirst() + " ended with status " + process.exitValue()
                            + (said.isEmpty()
                                    ? " and said nothing"
                                    : ": " + said.substring(Math.max(0, said.length() - SHOWN))),
                    "run it by hand: echo DIGEST | " + String.join(" ", command));
        }
        return output;
    }

    private static String get(CompletableFuture<String> text, long end) throws TimeoutException, InterruptedException {
        try {
            return text.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            // A pipe that cannot be read says as much as one with nothing in it.
            return "";
        }
    }

    private static CompletableFuture<String> collect(InputStream from) {
        var text = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> {
            try (from) {
                text.complete(new String(from.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.completeExceptionally(new UncheckedIOException(e));
            }
        });
        return text;
    }
}
