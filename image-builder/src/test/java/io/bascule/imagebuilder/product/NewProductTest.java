package io.bascule.imagebuilder.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.board.BoardReader;
import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.KeyFile;
import io.bascule.signing.Keyring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NewProductTest {
    private static final String BASE = """
            # The base of every other board.
            # For whoever reads it.
            name: base
            description: for tests

            debian:
              suite: trixie
              packages:
                # A comment that stays.
                - systemd
            sizes: {usr: 256M}
            """;

    @TempDir
    private Path temporary;

    private Path base;
    private Path folder;

    @BeforeEach
    void writeBase() throws Exception {
        base = temporary.resolve("boards").resolve("base");
        Files.createDirectories(base.resolve("overlay/usr/lib"));
        Files.createDirectories(base.resolve("overlay/etc"));
        Files.writeString(base.resolve("overlay/usr/lib/tool"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(
                base.resolve("overlay/usr/lib/tool"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(base.resolve("overlay/etc/motd"), "the base");
        Files.writeString(base.resolve("board.yaml"), BASE);
        folder = temporary.resolve("products").resolve("kiosk");
    }

    private NewProduct plan() throws Exception {
        return NewProduct.plan(folder, Optional.empty(), base);
    }

    @Test
    void theBoardIsAReadableCopyWithItsOwnName() throws Exception {
        plan().create(KeyAlgorithm.EC_P256);

        var board = BoardReader.read(folder);
        assertThat(board.name()).isEqualTo("kiosk");
        assertThat(board.debian()).isEqualTo(BoardReader.read(base).debian());
        assertThat(Files.readString(folder.resolve("board.yaml")))
                .startsWith("# The product kiosk.")
                .contains("# A comment that stays.", "sizes: {usr: 256M}")
                .doesNotContain("For whoever", "name: base", "for tests", base.toString());
        assertThat(folder.resolve("overlay/usr/lib/tool")).isExecutable().hasContent("#!/bin/sh");
        assertThat(Files.readString(folder.resolve("overlay/etc/motd"))).contains("This host runs kiosk");
        assertThat(base.resolve("overlay/etc/motd")).hasContent("the base");
    }

    @Test
    void theKeySignsAndIsForItsOwnerOnlyAndNeverCommitted() throws Exception {
        var product = plan();
        product.create(KeyAlgorithm.EC_P256);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(product.privateKey())))
                .isEqualTo("rw-------");
        var signer = KeyFile.readSigner(product.privateKey());
        assertThat(Keyring.read(Files.readAllBytes(product.keyring())).toJson())
                .contains(signer.keyId().toString());
        assertThat(Files.readAllLines(folder.resolve(".gitignore"))).contains("keys/*.key", "releases/");
    }

    @Test
    void theReadmeTeachesTheNextThreeCommands() throws Exception {
        plan().create(KeyAlgorithm.EC_P256);
        assertThat(Files.readString(folder.resolve("README.md")))
                .contains(
                        "    bascule build . --version 1.0.0 --out releases --key keys/release.key\n",
                        "    bascule run releases/kiosk/1.0.0/kiosk_1.0.0.raw --hostname kiosk-1\n",
                        "    bascule build . --version 1.0.1 --out releases --key keys/release.key"
                                + " --previous releases/kiosk/1.0.0\n");
    }

    @Test
    void foldersWithSpacesAreQuotedForTheShell() throws Exception {
        assertThat(plan().nextCommands(Path.of("my products/it's")).getFirst())
                .isEqualTo("bascule build 'my products/it'\\''s' --version 1.0.0 --out 'my products/it'\\''s/releases'"
                        + " --key 'my products/it'\\''s/keys/release.key'");
    }

    @Test
    void aBoardThatCannotBeCopiedIsExtendedWhereItLies() throws Exception {
        Files.writeString(base.resolve("tree.tar"), "");
        Files.writeString(base.resolve("board.yaml"), BASE + "extra-sources: ['tar:tree.tar']\n");
        var product = plan();
        assertThat(product.copied()).isFalse();
        product.create(KeyAlgorithm.EC_P256);

        var board = BoardReader.read(folder);
        assertThat(board.name()).isEqualTo("kiosk");
        assertThat(board.sources()).hasSize(2);
        assertThat(board.overlays()).hasSize(2);
        assertThat(Files.readString(folder.resolve("board.yaml"))).contains("extends: '../../boards/base'");
    }

    @Test
    void anEmptyFolderIsTakenAndAnotherIsLeftAsItIs() throws Exception {
        Files.createDirectories(folder);
        plan().create(KeyAlgorithm.EC_P256);
        assertThat(folder.resolve("board.yaml")).exists();

        var before = Files.readString(folder.resolve("keys/release.key"));
        assertThatThrownBy(this::plan)
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("is there already, and not an empty folder");
        assertThat(folder.resolve("keys/release.key")).hasContent(before);

        folder = temporary.resolve("link");
        Files.createSymbolicLink(folder, temporary.resolve("nowhere"));
        assertThatThrownBy(this::plan).isInstanceOf(BuildException.class);
    }

    /** Somebody was faster. */
    @Test
    void nothingIsLostAndNothingIsLeftWhenTheFolderFillsMeanwhile() throws Exception {
        var product = plan();
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("precious"), "mine");

        assertThatThrownBy(() -> product.create(KeyAlgorithm.EC_P256))
                .hasMessageContaining("has come into being meanwhile");

        assertThat(folder.resolve("precious")).hasContent("mine");
        assertThat(namesIn(temporary.resolve("products"))).isEqualTo("kiosk");
    }

    private static String namesIn(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return String.join(
                    " ", files.map(file -> String.valueOf(file.getFileName())).toList());
        }
    }

    @Test
    void aFailureLeavesNothing() throws Exception {
        var product = plan();
        Files.writeString(base.resolve("board.yaml"), BASE + "colour: blue\n");
        assertThatThrownBy(() -> product.create(KeyAlgorithm.EC_P256)).hasMessageContaining("colour");
        assertThat(namesIn(temporary.resolve("products"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Kiosk", "ki osk", "-kiosk", "k_1", "a23456789012345678901234567890123", "\u0131"})
    void namesAreChecked(String name) {
        assertThatThrownBy(() -> NewProduct.plan(folder, Optional.of(name), base))
                .isInstanceOf(BuildException.class)
                .hasMessageContaining("cannot be the name of a product");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2026-01-01", "true", "null", "0x10", "1e5"})
    void namesThatYamlTakesForSomethingElseAreKept(String name) throws Exception {
        NewProduct.plan(folder, Optional.of(name), base).create(KeyAlgorithm.EC_P256);
        assertThat(BoardReader.read(folder).name()).isEqualTo(name);
    }

    @Test
    void aProductHasItsOwnNameAndItsOwnFolder() {
        assertThatThrownBy(() -> NewProduct.plan(folder, Optional.of("base"), base))
                .hasMessageContaining("is the name of the board that the product begins with");
        assertThatThrownBy(() -> NewProduct.plan(Path.of("."), Optional.of("kiosk"), base))
                .hasMessageContaining("a product gets a folder of its own");
    }
}
