package io.bascule.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.bascule.testsupport.ExternalTool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeyringRotationTest {
    private static final KeyPair A = Keys.EC;
    private static final KeyPair B = Keys.SECOND_EC;
    private static final KeyPair C = Keys.RSA;
    private static final KeyPair STRANGER = Keys.FOREIGN;

    /** Two of A and B sign what comes next. */
    private static final Keyring OLD = Rotations.keyring(1, 2, A, B);

    private static final Keyring NEW = Rotations.keyring(2, 2, B, C);

    @TempDir
    private Path folder;

    private static Keyring next(byte[] json) throws IOException {
        return KeyringRotation.next(OLD, "keyring-2.json", json);
    }

    @Test
    void theNextVersionCountsIfOldAndNewKeysSigned() throws IOException {
        assertThat(next(Rotations.signed(NEW, A, B, C))).isEqualTo(NEW);
        // Signatures by others and the order of signatures do not matter.
        assertThat(next(Rotations.signed(NEW, STRANGER, C, B, A))).isEqualTo(NEW);
    }

    @Test
    void aSignedKeyringIsAKeyringToWhoeverReadsOne() throws IOException {
        assertThat(Keyring.read(Rotations.signed(NEW, A, B))).isEqualTo(NEW);
    }

    @Test
    void tooFewOfTheOldKeysAreRefused() throws IOException {
        // Both of the new keys, and one of two old ones.
        var json = Rotations.signed(NEW, B, C);
        assertThatThrownBy(() -> next(json))
                .asInstanceOf(type(KeyringNotSignedByOldKeysException.class))
                .satisfies(e -> {
                    assertThat(e.document()).isEqualTo("keyring-2.json");
                    assertThat(e.trustedVersion()).isEqualTo(1);
                    assertThat(e.threshold()).isEqualTo(2);
                    assertThat(e.validCount()).isEqualTo(1);
                    assertThat(e.signatureCount()).isEqualTo(2);
                    assertThat(e)
                            .hasMessage("keyring-2.json: signed by 1 of the keys of the trusted keyring, version 1, and"
                                    + " 2 must sign (2 signatures found)");
                });
    }

    @Test
    void tooFewOfTheNewKeysAreRefused() throws IOException {
        // Both of the old keys, and one of two new ones.
        var json = Rotations.signed(NEW, A, B);
        assertThatThrownBy(() -> next(json))
                .asInstanceOf(type(KeyringNotSignedByNewKeysException.class))
                .satisfies(e -> {
                    assertThat(e.trustedVersion()).isEqualTo(1);
                    assertThat(e.version()).isEqualTo(2);
                    assertThat(e.threshold()).isEqualTo(2);
                    assertThat(e.validCount()).isEqualTo(1);
                    assertThat(e)
                            .hasMessage("keyring-2.json: signed by 1 of its own keys, those of version 2, and 2 must"
                                    + " sign");
                });
    }

    @Test
    void aSkippedVersionIsRefused() throws IOException {
        var json = Rotations.signed(Rotations.keyring(3, 2, B, C), A, B, C);
        assertThatThrownBy(() -> next(json))
                .asInstanceOf(type(KeyringVersionSkippedException.class))
                .satisfies(e -> {
                    assertThat(e.trustedVersion()).isEqualTo(1);
                    assertThat(e.version()).isEqualTo(3);
                    assertThat(e)
                            .hasMessage("keyring-2.json: version 3 of the keyring, and 2 must come next: versions are"
                                    + " not skipped");
                });
    }

    @Test
    void anOldVersionIsRefused() throws IOException {
        var trusted = Rotations.keyring(5, 1, A);
        for (var version = 1; version <= 5; version++) {
            var json = Rotations.signed(Rotations.keyring(version, 1, A), A);
            var expected = version;
            assertThatThrownBy(() -> KeyringRotation.next(trusted, "keyring-6.json", json))
                    .asInstanceOf(type(KeyringRolledBackException.class))
                    .satisfies(e -> {
                        assertThat(e.trustedVersion()).isEqualTo(5);
                        assertThat(e.version()).isEqualTo(expected);
                        assertThat(e).hasMessageContaining("version 5 is trusted already");
                    });
        }
    }

    @Test
    void oneKeyThatSignsTwiceCountsOnce() throws IOException {
        var root = Rotations.tree(Rotations.signed(NEW, B, C));
        // ECDSA signatures differ each time: this one is as right as B's first.
        var again = Rotations.tree(Rotations.signed(NEW, B));
        Rotations.signatures(root).add(Rotations.signatures(again).get(0));
        assertThatThrownBy(() -> next(Rotations.bytes(root)))
                .asInstanceOf(type(KeyringNotSignedByOldKeysException.class))
                .satisfies(e -> {
                    assertThat(e.validCount()).isEqualTo(1);
                    assertThat(e.signatureCount()).isEqualTo(3);
                });
    }

    @Test
    void aSignatureUnderTheNameOfAnotherKeyCountsNothing() throws IOException {
        var root = Rotations.tree(Rotations.signed(NEW, B, C));
        var again = Rotations.tree(Rotations.signed(NEW, B));
        Rotations.signatures(root)
                .addObject()
                .put("key", Rotations.id(A))
                .set("signature", Rotations.signatures(again).get(0).get("signature"));
        assertThatThrownBy(() -> next(Rotations.bytes(root))).isInstanceOf(KeyringNotSignedByOldKeysException.class);
    }

    /** Also of keys that the new keyring names: who may add himself needs no old key. */
    @Test
    void foreignSignaturesCountNothing() throws IOException {
        var theirs = Rotations.signed(Rotations.keyring(2, 1, STRANGER), STRANGER);
        assertThatThrownBy(() -> next(theirs))
                .asInstanceOf(type(KeyringNotSignedByOldKeysException.class))
                .satisfies(e -> assertThat(e.validCount()).isZero());
    }

    @Test
    void anUnsignedKeyringIsRefused() {
        var json = NEW.toJson().getBytes(UTF_8);
        assertThatThrownBy(() -> next(json))
                .isInstanceOf(KeyringNotSignedByOldKeysException.class)
                .hasMessageContaining("0 signatures found");
    }

    /** The DER of an ECDSA signature of r = s = 0, which broken verifiers take for right (CVE-2022-21449). */
    private static final byte[] ZEROS = HexFormat.of().parseHex("3006020100020100");

    static Stream<Arguments> garbage() {
        return Stream.of(
                Arguments.of("r = s = 0", ZEROS),
                Arguments.of("r = s = 0, and more behind it", Arrays.copyOf(ZEROS, 72)),
                Arguments.of("nothing", new byte[0]),
                Arguments.of("72 zeros", new byte[72]),
                Arguments.of("256 zeros", new byte[256]),
                Arguments.of("100,000 zeros", new byte[100_000]),
                Arguments.of("a sequence without an end", new byte[] {0x30, (byte) 0x84, 0x7f, -1, -1, -1}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("garbage")
    void garbageIsNoSignature(String what, byte[] signature) throws IOException {
        var root = Rotations.tree(NEW.toJson().getBytes(UTF_8));
        for (var pair : List.of(A, B, C)) {
            Rotations.signatures(root)
                    .addObject()
                    .put("key", Rotations.id(pair))
                    .put("signature", Base64.getEncoder().encodeToString(signature));
        }
        assertThatThrownBy(() -> next(Rotations.bytes(root)))
                .as(what)
                .asInstanceOf(type(KeyringNotSignedByOldKeysException.class))
                .satisfies(e -> assertThat(e.validCount()).isZero());
    }

    @Test
    void everyFlippedBitOfTheDocumentIsNoticed() throws IOException {
        var pristine = Rotations.signed(NEW, A, B, C);
        var end = new String(pristine, UTF_8).indexOf("\"signatures\"");
        // Every bit takes minutes: one of eight in each byte, another in each.
        for (var index = 0; index < end; index++) {
            var changed = pristine.clone();
            changed[index] ^= (byte) (1 << index % 8);
            var thrown = catchThrowable(() -> next(changed));
            if (thrown == null) {
                assertThat(Rotations.JSON.readTree(changed)).isEqualTo(Rotations.JSON.readTree(pristine));
            } else {
                assertThat(thrown)
                        .as("byte %d", index)
                        .isInstanceOfAny(MalformedDocumentException.class, KeyringNotSignedByOldKeysException.class);
            }
        }
    }

    @Test
    void nothingButTheSignaturesIsLookedAtBeforeTheyAreRight() throws IOException {
        var root = Rotations.tree(Rotations.signed(NEW, C)).put("format", 99);
        assertThatThrownBy(() -> next(Rotations.bytes(root))).isInstanceOf(KeyringNotSignedByOldKeysException.class);
    }

    @Test
    void whatOldKeysSignedMustBeAKeyring() throws IOException {
        var root = Rotations.tree(NEW.toJson().getBytes(UTF_8)).put("format", 99);
        SignedDocument.sign(root, Keys.signers(A, B));
        assertThatThrownBy(() -> next(Rotations.bytes(root)))
                .isInstanceOf(MalformedDocumentException.class)
                .hasMessageContaining("keyring-2.json: format: 99");
    }

    /** Versions 2 to 6, each by keys of its own: who skips one knows none of the keys of the next. */
    private static List<Keyring> chain(List<KeyPair> keys) {
        var chain = new ArrayList<Keyring>();
        for (var i = 0; i < keys.size(); i++) {
            chain.add(Rotations.keyring(i + 1L, 1, keys.get(i)));
        }
        return chain;
    }

    private static byte[][] documents(List<Keyring> chain, List<KeyPair> keys) throws IOException {
        var documents = new byte[chain.size() - 1][];
        for (var i = 1; i < chain.size(); i++) {
            documents[i - 1] = Rotations.signed(chain.get(i), keys.get(i - 1), keys.get(i));
        }
        return documents;
    }

    @Test
    void aHostThatWasOffWalksThroughFiveRotations() throws IOException {
        var keys = Rotations.newKeys(6);
        var chain = chain(keys);
        var kept = new ArrayList<Keyring>();
        var documents = documents(chain, keys);
        var walk = KeyringRotation.walk(chain.getFirst(), Rotations.source(documents), (keyring, json) -> {
            assertThat(json).isEqualTo(documents[kept.size()]);
            kept.add(keyring);
        });
        assertThat(walk).isEqualTo(new KeyringRotation.Walk(chain.getLast(), 5, true));
        assertThat(kept).isEqualTo(chain.subList(1, 6));
        // From the middle, and from the end.
        assertThat(KeyringRotation.walk(chain.get(3), Rotations.source(documents), (keyring, json) -> {})
                        .steps())
                .isEqualTo(2);
        assertThat(KeyringRotation.walk(chain.getLast(), Rotations.source(documents), (keyring, json) -> {}))
                .isEqualTo(new KeyringRotation.Walk(chain.getLast(), 0, true));
    }

    @Test
    void aForgedThirdStepStopsTheWalkThereAndKeepsTheStepsBefore() throws IOException {
        var keys = Rotations.newKeys(6);
        var chain = chain(keys);
        var documents = documents(chain, keys);
        documents[2] = Rotations.signed(Rotations.keyring(4, 1, STRANGER), STRANGER, keys.get(3));
        var kept = new ArrayList<Keyring>();
        assertThatThrownBy(() -> KeyringRotation.walk(
                        chain.getFirst(), Rotations.source(documents), (keyring, json) -> kept.add(keyring)))
                .asInstanceOf(type(KeyringNotSignedByOldKeysException.class))
                .satisfies(e -> {
                    assertThat(e.document()).isEqualTo("keyring-4.json");
                    assertThat(e.trustedVersion()).isEqualTo(3);
                });
        assertThat(kept).isEqualTo(chain.subList(1, 3));
    }

    @Test
    void aWalkTakesSoManyStepsAndTheNextOneGoesOn() throws IOException {
        var endless = endless();
        var first = KeyringRotation.walk(Rotations.keyring(1, 1, A), endless, (keyring, json) -> {});
        assertThat(first.complete()).isFalse();
        assertThat(first.keyring().version()).isEqualTo(1 + KeyringRotation.MAX_STEPS);
        var second = KeyringRotation.walk(first.keyring(), endless, (keyring, json) -> {});
        assertThat(second.keyring().version()).isEqualTo(1 + 2L * KeyringRotation.MAX_STEPS);
    }

    private static KeyringSource endless() {
        return name -> {
            var version = Long.parseLong(name.replaceAll("\\D", ""));
            return Optional.of(new ByteArrayInputStream(Rotations.signed(Rotations.keyring(version, 1, A), A)));
        };
    }

    /** A stream without an end must not fill the memory of a host. */
    @Test
    void aDocumentThatIsTooLargeIsNotReadToItsEnd() {
        var read = new long[1];
        var spaces = new InputStream() {
            @Override
            public int read() {
                read[0]++;
                return ' ';
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                Arrays.fill(into, offset, offset + length, (byte) ' ');
                read[0] += length;
                return length;
            }
        };
        assertThatThrownBy(() -> KeyringRotation.walk(OLD, name -> Optional.of(spaces), (keyring, json) -> {}))
                .isInstanceOf(MalformedDocumentException.class)
                .hasMessageContaining("keyring-2.json: 1048577 bytes, more than the 1048576 allowed");
        assertThat(read[0]).isEqualTo(JsonDocument.MAX_SIZE + 1L);
    }

    @Test
    void aKeyringHasAtMostSoManySignatures() throws IOException {
        var root = Rotations.tree(Rotations.signed(NEW, A, B, C));
        var first = Rotations.signatures(root).get(0);
        while (Rotations.signatures(root).size() < KeyringRotation.MAX_SIGNATURES) {
            Rotations.signatures(root).add(first);
        }
        assertThat(next(Rotations.bytes(root))).isEqualTo(NEW);
        Rotations.signatures(root).add(first);
        assertThatThrownBy(() -> next(Rotations.bytes(root)))
                .isInstanceOf(MalformedDocumentException.class)
                .hasMessageContaining("129 items, more than the 128 allowed");
    }

    @Test
    void aFolderIsASource() throws IOException {
        Files.write(folder.resolve("keyring-2.json"), Rotations.signed(NEW, A, B, C));
        Files.createDirectory(folder.resolve("keyring-3.json"));
        var walk = KeyringRotation.walk(OLD, KeyringSource.folder(folder), (keyring, json) -> {});
        assertThat(walk).isEqualTo(new KeyringRotation.Walk(NEW, 1, true));
    }

    @Test
    void whatCannotBeKeptEndsTheWalk() throws IOException {
        var document = Rotations.signed(NEW, A, B, C);
        assertThatThrownBy(() -> KeyringRotation.walk(OLD, Rotations.source(document), (keyring, json) -> {
                    throw new IOException("no space left");
                }))
                .hasMessage("no space left");
    }

    /** What docs/formats/keyring.md says: jq and openssl verify a keyring, too. */
    @Test
    void opensslVerifiesASignatureOfOurs() throws IOException {
        var openssl = ExternalTool.require("openssl");
        var root = Rotations.tree(Rotations.signed(NEW, A));
        var signature = Base64.getDecoder()
                .decode(Rotations.signatures(root).get(0).get("signature").textValue());
        root.remove(SignedDocument.SIGNATURES);
        KeyFile.writePublic(folder.resolve("a.pub"), A.getPublic());
        openssl.run(
                "dgst",
                "-sha256",
                "-verify",
                folder.resolve("a.pub").toString(),
                "-signature",
                Files.write(folder.resolve("signature"), signature).toString(),
                Files.write(folder.resolve("signed"), CanonicalJson.encode(root))
                        .toString());
    }
}
