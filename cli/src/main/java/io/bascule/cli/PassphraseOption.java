package io.bascule.cli;

import io.bascule.signing.KeyFileException;
import io.bascule.signing.PassphraseSource;
import io.bascule.signing.external.SignerException;
import java.io.Console;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where passphrases come from: the file that is named, the environment, or the person at the terminal, in this order. */
final class PassphraseOption implements PassphraseSource {
    /** The environment variable that may hold the passphrase. */
    static final String VARIABLE = "BASCULE_PASSPHRASE";

    private static final int MAX_SIZE = 4096;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description =
                    "File whose first line is the passphrase of private keys that have one. Default: the environment"
                            + " variable " + VARIABLE + ", else it is asked for.")
    private @Nullable Path file;

    private final UnaryOperator<@Nullable String> environment;
    private final Optional<Prompt> terminal;

    /** The person at the terminal. */
    @FunctionalInterface
    interface Prompt {
        /** {@return what was typed, without showing it; null at the end of the input} */
        char @Nullable [] ask(String text);
    }

    PassphraseOption() {
        this(
                System::getenv,
                Optional.ofNullable(System.console())
                        .filter(Console::isTerminal)
                        .map(console -> text -> console.readPassword("%s", text)));
    }

    PassphraseOption(UnaryOperator<@Nullable String> environment, Optional<Prompt> terminal) {
        this.environment = environment;
        this.terminal = terminal;
    }

    /** {@return whether a file with a passphrase is named} */
    boolean named() {
        return file != null;
    }

    @Override
    public char[] passphrase(Path key) throws IOException {
        var given = given();
        return given.isPresent() ? given.get() : ask(key, "passphrase of " + key + ": ");
    }

    /** Only the person is asked: a passphrase that is meant for a file would use up the tries that a token allows. */
    @Override
    public char[] pin(String token) throws IOException {
        if (terminal.isEmpty()) {
            throw SignerException.permanent(
                    "token '" + token + "' needs a PIN, and there is no terminal to ask for it",
                    "name a file with it by pin-source=FILE in the URI");
        }
        var typed = terminal.get().ask("PIN of token " + token + ": ");
        if (typed == null || typed.length == 0) {
            throw SignerException.permanent("token '" + token + "' needs a PIN", "type it");
        }
        return typed;
    }

    /** {@return a passphrase for a key that is new; at the terminal it is asked for twice} */
    char[] newPassphrase(Path key) throws CliFailure, IOException {
        var given = given();
        if (given.isPresent()) {
            return given.get();
        }
        var first = ask(key, "new passphrase for " + key + ": ");
        var second = ask(key, "the same again: ");
        var same = Arrays.equals(first, second);
        Arrays.fill(second, '\0');
        if (!same) {
            throw new CliFailure(ExitCode.BAD_INPUT, "that was not the same passphrase twice", "try again");
        }
        return first;
    }

    private Optional<char[]> given() throws IOException {
        if (file != null) {
            return Optional.of(read(file));
        }
        var value = environment.apply(VARIABLE);
        return value == null || value.isEmpty() ? Optional.empty() : Optional.of(value.toCharArray());
    }

    private char[] ask(Path key, String text) throws KeyFileException {
        if (terminal.isEmpty()) {
            throw new KeyFileException(
                    key,
                    "it has a passphrase, and there is no terminal to ask for it",
                    "give --passphrase-file FILE, or set " + VARIABLE);
        }
        var typed = terminal.get().ask(text);
        if (typed == null || typed.length == 0) {
            throw new KeyFileException(key, "an empty passphrase protects nothing", "type one");
        }
        return typed;
    }

    private static char[] read(Path file) throws IOException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new KeyFileException(
                    file, "there is no such file with a passphrase that can be read", "give one to --passphrase-file");
        }
        byte[] bytes;
        try (var in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_SIZE + 1);
        }
        var end = 0;
        while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
            end++;
        }
        if (end == 0 || end > MAX_SIZE) {
            throw new KeyFileException(
                    file,
                    end == 0
                            ? "its first line is empty, and a passphrase is not"
                            : "a first line of more than 4096 bytes",
                    "write the passphrase into its first line");
        }
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end));
            var passphrase = new char[text.remaining()];
            text.get(passphrase);
            return passphrase;
        } catch (CharacterCodingException e) {
            throw new KeyFileException(file, "a passphrase that is not UTF-8", "write it in UTF-8");
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
