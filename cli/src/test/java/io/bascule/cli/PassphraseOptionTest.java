package io.bascule.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.signing.KeyFileException;
import io.bascule.signing.external.SignerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class PassphraseOptionTest {
    private static final Path KEY = Path.of("anna.key");

    @TempDir
    private Path folder;

    private final List<String> asked = new ArrayList<>();

    private PassphraseOption option(Map<String, String> environment, Optional<String> typed, String... arguments) {
        var option = new PassphraseOption(environment::get, typed.map(text -> question -> {
            asked.add(question);
            return text.toCharArray();
        }));
        new CommandLine(CommandSpec.create().addMixin("passphrase", CommandSpec.forAnnotatedObject(option)))
                .parseArgs(arguments);
        return option;
    }

    private String file(byte[] content) throws IOException {
        return Files.write(folder.resolve("passphrase"), content).toString();
    }

    @Test
    void theFileComesFirstThenTheEnvironmentThenThePerson() throws IOException {
        var environment = Map.of("BASCULE_PASSPHRASE", "of the environment");
        var file = file("of the file, \u00e4\r\nand no more".getBytes(UTF_8));
        assertThat(option(environment, Optional.of("typed"), "--passphrase-file", file)
                        .passphrase(KEY))
                .containsExactly("of the file, \u00e4".toCharArray());
        assertThat(option(environment, Optional.of("typed")).passphrase(KEY))
                .containsExactly("of the environment".toCharArray());
        assertThat(asked).isEmpty();
        assertThat(option(Map.of(), Optional.of("typed")).passphrase(KEY)).containsExactly("typed".toCharArray());
        assertThat(asked).containsExactly("passphrase of anna.key: ");
    }

    /** It is overwritten after use, and the next key needs it again. */
    @Test
    void eachKeyGetsAnArrayOfItsOwn() throws IOException {
        var option = option(Map.of("BASCULE_PASSPHRASE", "same"), Optional.empty());
        option.passphrase(KEY)[0] = '\0';
        assertThat(option.passphrase(KEY)).containsExactly("same".toCharArray());
    }

    @Test
    void aNewPassphraseIsAskedForTwice() throws Exception {
        assertThat(option(Map.of(), Optional.of("typed")).newPassphrase(KEY)).containsExactly("typed".toCharArray());
        assertThat(asked).containsExactly("new passphrase for anna.key: ", "the same again: ");
        var answers = new ArrayList<>(List.of("typed", "tyoed"));
        var option = new PassphraseOption(
                name -> null, Optional.of(question -> answers.removeFirst().toCharArray()));
        assertThatThrownBy(() -> option.newPassphrase(KEY))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("not the same passphrase twice");
    }

    @Test
    void withoutATerminalItSaysWhereFromAPassphraseMayCome() {
        assertThatThrownBy(() -> option(Map.of(), Optional.empty()).passphrase(KEY))
                .isInstanceOfSatisfying(KeyFileException.class, e -> {
                    assertThat(e).hasMessage("anna.key: it has a passphrase, and there is no terminal to ask for it");
                    assertThat(e.remedy()).contains("--passphrase-file", "BASCULE_PASSPHRASE");
                });
    }

    /** A passphrase that is meant for a file would use up the tries that a token allows. */
    @Test
    void onlyThePersonIsAskedForThePinOfAToken() throws IOException {
        assertThat(option(Map.of("BASCULE_PASSPHRASE", "1234"), Optional.of("typed"))
                        .pin("release"))
                .containsExactly("typed".toCharArray());
        assertThat(asked).containsExactly("PIN of token release: ");
        assertThatThrownBy(() -> option(Map.of("BASCULE_PASSPHRASE", "1234"), Optional.empty())
                        .pin("release"))
                .isInstanceOfSatisfying(SignerException.class, e -> {
                    assertThat(e).hasMessage("token 'release' needs a PIN, and there is no terminal to ask for it");
                    assertThat(e.remedy()).contains("pin-source=FILE");
                });
    }

    @Test
    void whatIsNoPassphraseIsRefused() throws IOException {
        refuses("an empty passphrase", option(Map.of("BASCULE_PASSPHRASE", ""), Optional.of("")));
        refuses("first line is empty", option(Map.of(), Optional.of("x"), "--passphrase-file", file(new byte[] {'\n'
        })));
        refuses("first line is empty", option(Map.of(), Optional.of("x"), "--passphrase-file", file(new byte[0])));
        refuses(
                "more than 4096 bytes",
                option(
                        Map.of(),
                        Optional.of("x"),
                        "--passphrase-file",
                        file("x".repeat(5000).getBytes(UTF_8))));
        refuses("not UTF-8", option(Map.of(), Optional.of("x"), "--passphrase-file", file(new byte[] {
            'a', (byte) 0xFF, '\n'
        })));
        refuses("no such file", option(Map.of(), Optional.of("x"), "--passphrase-file", folder + "/none"));
        refuses("no such file", option(Map.of(), Optional.of("x"), "--passphrase-file", folder.toString()));
    }

    private static void refuses(String problem, PassphraseOption option) {
        assertThatThrownBy(() -> option.passphrase(KEY))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining(problem);
    }
}
