package io.bascule.signing.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.signing.ExpiredReleaseException;
import io.bascule.signing.KeyId;
import io.bascule.signing.Keys;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.Sha256Digest;
import io.bascule.signing.SignedDocument;
import io.bascule.signing.TrustException;
import io.bascule.signing.TrustedKeys;
import io.bascule.signing.UntrustedReleaseException;
import io.bascule.testsupport.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseReaderTest {
    private static final TrustedKeys EC_ONLY = Keys.trust(1, Keys.EC);

    /** What anybody can do with python3 and openssl to check a release. */
    private static final String PYTHON = """
            import base64, json, sys
            folder = sys.argv[1]
            release = json.load(open(folder + "/release.json", encoding="utf-8"))
            signatures = release.pop("signatures")
            signed = json.dumps(release, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            open(folder + "/signed", "wb").write(signed.encode("utf-8"))
            for signature in signatures:
                open(folder + "/" + signature["key"], "wb").write(base64.b64decode(signature["signature"]))
            """;

    @TempDir
    private Path folder;

    private static Release read(byte[] json, TrustedKeys keys) throws IOException {
        return ReleaseReader.read(json, keys, Releases.BEFORE);
    }

    @Test
    void readsEveryField() throws IOException {
        var release = read(Releases.signed(Keys.signers(Keys.EC)), EC_ONLY);

        assertThat(release.board()).isEqualTo("amd64-base");
        assertThat(release.version()).isEqualTo(Version.parse("1.1.0~rc1"));
        assertThat(release.architecture()).isEqualTo("x86-64");
        assertThat(release.buildTime()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(release.expires()).isEqualTo(Releases.EXPIRES);
        assertThat(release.rootHash()).isEqualTo("ab".repeat(32));
        assertThat(release.salt()).isEqualTo("cd");
        assertThat(release.encoder()).isEqualTo("zstd \"1.5\" ä");
        assertThat(release.kernelRelease()).isEqualTo("6.12");
        assertThat(release.kernelCommandLine()).isEqualTo("root=tmpfs quiet");
        // The kind that this version does not know is left out.
        assertThat(release.files()).extracting(ReleaseFile::kind).containsExactly(FileKind.UKI, FileKind.PAYLOAD);
        assertThat(release.file(FileKind.PAYLOAD).orElseThrow().size()).isEqualTo(1L << 53);
        assertThat(release.file(FileKind.DISK)).isEmpty();
        assertThat(release.identity()).isEqualTo(Sha256Digest.parse("12".repeat(32)));
        assertThat(ReleaseReader.readUnverified(Releases.unsigned().toString().getBytes(UTF_8)))
                .isEqualTo(release);
    }

    @Test
    void pythonAndOpensslVerifyIt() throws IOException {
        var python = ExternalTool.require("python3");
        var openssl = ExternalTool.require("openssl");
        Files.write(folder.resolve("release.json"), Releases.signed(Keys.signers(Keys.EC, Keys.RSA)));
        var script = Files.writeString(folder.resolve("split.py"), PYTHON);
        python.run(script.toString(), folder.toString());
        for (var pair : List.of(Keys.EC, Keys.RSA)) {
            openssl.run(
                    "dgst",
                    "-sha256",
                    "-verify",
                    pem(pair).toString(),
                    "-signature",
                    folder.resolve(KeyId.of(pair.getPublic()).toString()).toString(),
                    folder.resolve("signed").toString());
        }
    }

    private Path pem(KeyPair pair) throws IOException {
        return Files.writeString(
                folder.resolve("key.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(pair.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
    }

    @Test
    void theLayoutOfTheTextDoesNotCount() throws IOException {
        var compact =
                Releases.JSON.readTree(Releases.signed(Keys.signers(Keys.EC))).toString();
        assertThat(read(compact.getBytes(UTF_8), EC_ONLY).board()).isEqualTo("amd64-base");
    }

    @Test
    void aThresholdCountsDifferentKeys() throws IOException {
        var two = Keys.trust(2, Keys.EC, Keys.RSA, Keys.SECOND_EC);
        assertThat(read(Releases.signed(Keys.signers(Keys.RSA, Keys.SECOND_EC)), two)
                        .board())
                .isNotEmpty();

        var root = Releases.unsigned();
        SignedDocument.sign(root, Keys.signers(Keys.EC));
        var first = root.withArray(SignedDocument.SIGNATURES).get(0);
        SignedDocument.sign(root, Keys.signers(Keys.EC));
        root.withArray(SignedDocument.SIGNATURES).add(first);
        assertThatThrownBy(() -> read(root.toString().getBytes(UTF_8), two))
                .asInstanceOf(type(UntrustedReleaseException.class))
                .satisfies(e -> {
                    assertThat(e.threshold()).isEqualTo(2);
                    assertThat(e.validCount()).isEqualTo(1);
                    assertThat(e.signatureCount()).isEqualTo(2);
                });
    }

    @Test
    void foreignKeysAndMissingSignaturesAreUntrusted() throws IOException {
        var foreign = Releases.signed(Keys.signers(Keys.FOREIGN));
        assertThatThrownBy(() -> read(foreign, EC_ONLY))
                .hasMessageContaining("0 valid of 1 needed, 1 signatures found");
        for (var unsigned : List.of(Releases.unsigned(), withoutSignatures())) {
            assertThatThrownBy(() -> read(unsigned.toString().getBytes(UTF_8), EC_ONLY))
                    .isInstanceOf(UntrustedReleaseException.class)
                    .hasMessageContaining("not signed");
        }
        // A signature by a trusted key, under the name of another trusted key, is none.
        var swapped =
                new String(Releases.signed(Keys.signers(Keys.EC)), UTF_8).replace(id(Keys.EC), id(Keys.SECOND_EC));
        assertThatThrownBy(() -> read(swapped.getBytes(UTF_8), Keys.trust(1, Keys.EC, Keys.SECOND_EC)))
                .isInstanceOf(UntrustedReleaseException.class);
    }

    private static ObjectNode withoutSignatures() {
        var root = Releases.unsigned();
        root.putArray(SignedDocument.SIGNATURES);
        return root;
    }

    private static String id(KeyPair pair) {
        return KeyId.of(pair.getPublic()).toString();
    }

    @Test
    void expiryEndsTheMomentItNames() throws IOException {
        var json = Releases.signed(Keys.signers(Keys.EC));
        assertThatThrownBy(() -> ReleaseReader.read(json, EC_ONLY, Releases.EXPIRES))
                .asInstanceOf(type(ExpiredReleaseException.class))
                .satisfies(e -> {
                    assertThat(e.expires()).isEqualTo(Releases.EXPIRES);
                    assertThat(e.now()).isEqualTo(Releases.EXPIRES);
                });
        // Signatures come first: a clock that is wrong must not hide a forgery.
        assertThatThrownBy(() -> ReleaseReader.read(json, Keys.trust(1, Keys.RSA), Releases.EXPIRES))
                .isInstanceOf(UntrustedReleaseException.class);
    }

    @Test
    void nothingButTheSignaturesIsLookedAtBeforeTheyAreRight() throws IOException {
        var root = Releases.unsigned().put("format", 99).put("expires", "never");
        var json = Releases.signed(root, Keys.signers(Keys.FOREIGN));
        assertThatThrownBy(() -> read(json, EC_ONLY)).isInstanceOf(UntrustedReleaseException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void refusesEveryFlippedBit(String algorithm) throws IOException {
        var pair = algorithm.equals("RSA") ? Keys.RSA : Keys.EC;
        var keys = Keys.trust(1, pair);
        var pristine = Releases.signed(Keys.signers(pair));
        assertThat(read(pristine, keys).board()).isEqualTo("amd64-base");
        var spellings = 0;
        for (var bit = 0; bit < pristine.length * 8; bit++) {
            var changed = pristine.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            var thrown = catchThrowable(() -> read(changed, keys));
            if (thrown == null) {
                // Another spelling of the same document, like \\u001f for \\u001F.
                assertThat(Releases.JSON.readTree(changed)).isEqualTo(Releases.JSON.readTree(pristine));
                spellings++;
            } else {
                assertThat(thrown)
                        .as("bit %d", bit)
                        .isInstanceOfAny(MalformedDocumentException.class, TrustException.class);
            }
        }
        assertThat(spellings).isLessThanOrEqualTo(1);
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        var whole = Releases.signed(Keys.signers(Keys.EC));
        for (var length = 0; length < whole.length; length++) {
            var cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut, EC_ONLY)).isInstanceOf(MalformedDocumentException.class);
        }
    }

    static Stream<Arguments> wrongFields() {
        return Stream.of(
                Arguments.of("format", "knows format 1 only", edit(r -> r.put("format", 2))),
                Arguments.of("format", "missing", edit(r -> r.remove("format"))),
                Arguments.of("board", "is not the name of a board", edit(r -> r.put("board", "../x"))),
                Arguments.of("version", "not 1 to 64", edit(r -> r.put("version", "1_0"))),
                Arguments.of("version", "not a text", edit(r -> r.put("version", 1))),
                Arguments.of("architecture", "missing", edit(r -> r.remove("architecture"))),
                Arguments.of("expires", "missing", edit(r -> r.remove("expires"))),
                Arguments.of("expires", "is not a time like", edit(r -> r.put("expires", "2027-01-01"))),
                Arguments.of("expires", "is not a time like", edit(r -> r.put("expires", "2027-01-01T00:00:00+01:00"))),
                Arguments.of("expires", "that exists", edit(r -> r.put("expires", "2027-02-30T00:00:00Z"))),
                Arguments.of("buildTime", "not a text", edit(r -> r.put("buildTime", 0))),
                Arguments.of("usr", "not an object", edit(r -> r.put("usr", "x"))),
                Arguments.of("usr.rootHash", "64", edit(r -> object(r, "usr").put("rootHash", "AB".repeat(32)))),
                Arguments.of(
                        "usr.salt", "hexadecimal", edit(r -> object(r, "usr").put("salt", "abc"))),
                Arguments.of("usr.encoder", "a line", edit(r -> object(r, "usr").put("encoder", "a\nb"))),
                Arguments.of(
                        "kernel.release",
                        "missing",
                        edit(r -> object(r, "kernel").remove("release"))),
                Arguments.of(
                        "kernel.commandLine",
                        "line",
                        edit(r -> object(r, "kernel").put("commandLine", "\u001b[2J"))),
                Arguments.of("files", "missing", edit(r -> r.remove("files"))),
                Arguments.of("files", "none of kind uki", edit(r -> r.putArray("files"))),
                Arguments.of(
                        "files[0]",
                        "not an object",
                        edit(r -> r.putArray("files").add(1))),
                Arguments.of("files[0].name", "plain file", edit(r -> file(r, 0).put("name", "a/b"))),
                Arguments.of("files[0].name", "plain file", edit(r -> file(r, 0).put("name", ".."))),
                Arguments.of("files[0].name", "plain file", edit(r -> file(r, 0).put("name", "a..b"))),
                Arguments.of("files[0].name", "plain file", edit(r -> file(r, 0).put("name", ""))),
                Arguments.of("files[0].name", "plain file", edit(r -> file(r, 0).put("name", "a%2fb"))),
                Arguments.of(
                        "files[2].name",
                        "a second file 'later.json'",
                        edit(r -> file(r, 2).put("name", "later.json"))),
                Arguments.of(
                        "files[0].size",
                        "-1 is not from 0",
                        edit(r -> file(r, 0).put("size", -1))),
                Arguments.of("files[0].sha256", "64", edit(r -> file(r, 0).put("sha256", "ab"))),
                Arguments.of("files[0].kind", "missing", edit(r -> file(r, 0).remove("kind"))),
                Arguments.of(
                        "files[2].kind",
                        "a second file of kind uki",
                        edit(r -> file(r, 2).put("kind", "uki"))));
    }

    private static Consumer<ObjectNode> edit(Consumer<ObjectNode> edit) {
        return edit;
    }

    private static ObjectNode object(ObjectNode parent, String name) {
        return (ObjectNode) parent.get(name);
    }

    private static ObjectNode file(ObjectNode root, int index) {
        return (ObjectNode) root.get("files").get(index);
    }

    @ParameterizedTest
    @MethodSource("wrongFields")
    void namesTheFieldThatIsWrongInWhatWasSigned(String field, String problem, Consumer<ObjectNode> edit)
            throws IOException {
        var root = Releases.unsigned();
        edit.accept(root);
        var json = Releases.signed(root, Keys.signers(Keys.EC));
        assertThatThrownBy(() -> read(json, EC_ONLY))
                .asInstanceOf(type(MalformedDocumentException.class))
                .satisfies(e -> {
                    assertThat(e.document()).isEqualTo("release.json");
                    assertThat(e.field()).isEqualTo(field);
                    assertThat(e).hasMessageContaining(problem);
                });
    }

    static Stream<Arguments> wrongSignatures() {
        return Stream.of(
                Arguments.of("signatures", edit(r -> r.put("signatures", "x"))),
                Arguments.of("signatures[0].key", edit(r -> signature(r).put("key", "x"))),
                Arguments.of("signatures[0].key", edit(r -> signature(r).remove("key"))),
                Arguments.of("signatures[0].signature", edit(r -> signature(r).put("signature", "*"))),
                Arguments.of("signatures[0].signature", edit(r -> signature(r).put("signature", "AB=="))),
                Arguments.of("signatures[0].signature", edit(r -> signature(r).put("signature", 1))),
                Arguments.of("signatures", edit(r -> {
                    for (var i = 0; i < 16; i++) {
                        r.withArray("signatures").add(signature(r).deepCopy());
                    }
                })),
                Arguments.of("", edit(r -> r.put("later", 0.5))),
                Arguments.of("", edit(r -> r.put("ü", 1))));
    }

    private static ObjectNode signature(ObjectNode root) {
        return (ObjectNode) root.get("signatures").get(0);
    }

    @ParameterizedTest
    @MethodSource("wrongSignatures")
    void refusesSignaturesThatAreNone(String field, Consumer<ObjectNode> edit) throws IOException {
        var root = Releases.unsigned();
        SignedDocument.sign(root, Keys.signers(Keys.EC));
        edit.accept(root);
        assertThatThrownBy(() -> read(root.toString().getBytes(UTF_8), EC_ONLY))
                .asInstanceOf(type(MalformedDocumentException.class))
                .satisfies(e -> assertThat(e.field()).isEqualTo(field));
    }

    @Test
    void signsOnlyWithDifferentKeysAndOnlyWhatHasOneForm() {
        var root = Releases.unsigned();
        assertThatThrownBy(() -> SignedDocument.sign(root, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SignedDocument.sign(root, Keys.signers(Keys.EC, Keys.EC)))
                .isInstanceOf(IllegalArgumentException.class);
        root.put("half", 0.5);
        assertThatThrownBy(() -> SignedDocument.sign(root, Keys.signers(Keys.EC)))
                .hasMessageContaining("not whole");
    }
}
