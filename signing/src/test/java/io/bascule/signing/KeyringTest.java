package io.bascule.signing;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeyringTest {
    private static final Keyring KEYRING = Keys.keyring(Keys.RSA.getPublic(), Keys.EC.getPublic());
    private static final String RSA_ID = KeyId.of(Keys.RSA.getPublic()).toString();
    private static final String EC_ID = KeyId.of(Keys.EC.getPublic()).toString();

    private static byte[] json() {
        return KEYRING.toJson().getBytes(UTF_8);
    }

    @Test
    void whatIsReadIsWhatWasWritten() throws Exception {
        assertThat(Keyring.read(json())).isEqualTo(KEYRING);
        assertThat(KEYRING.trusted(Role.RELEASE).ids())
                .hasSize(2)
                .isEqualTo(KEYRING.keys().keySet());
        assertThat(KEYRING.trusted(Role.KEYRING).threshold()).isEqualTo(1);
    }

    @Test
    void readsAKeyringOfAnotherHand() throws Exception {
        var spki = Base64.getEncoder().encodeToString(Keys.EC.getPublic().getEncoded());
        var keyring = Keyring.read(String.format(Locale.ROOT, """
                        {"roles": {"keyring": {"threshold": 1, "keys": ["%1$s"]}, "timestamp": 7,
                                   "release": {"threshold": 1, "keys": ["%1$s"], "later": true}},
                         "keys": {"%1$s": {"publicKey": "%2$s", "algorithm": "p256"}},
                         "version": 12, "unknown": [1.5], "format": 1}""", EC_ID, spki).getBytes(UTF_8));
        assertThat(keyring.version()).isEqualTo(12);
        assertThat(keyring.keys().values()).extracting(Keyring.Key::comment).containsExactly("");
        assertThat(keyring.trusted(Role.RELEASE).ids()).containsExactly(KeyId.parse(EC_ID));
    }

    static Stream<Arguments> wrongFields() {
        return Stream.of(
                Arguments.of(
                        "format", "2, but this version of Bascule knows format 1 only", edit(k -> k.put("format", 2))),
                Arguments.of("format", "missing", edit(k -> k.remove("format"))),
                Arguments.of("format", "not a whole number", edit(k -> k.put("format", "1"))),
                Arguments.of("format", "not a whole number", edit(k -> k.put("format", 1.0))),
                Arguments.of("version", "0 is not from 1", edit(k -> k.put("version", 0))),
                Arguments.of("version", "is not from 1", edit(k -> k.put("version", 1L << 40))),
                Arguments.of("keys", "missing", edit(k -> k.remove("keys"))),
                Arguments.of("keys", "not an object", edit(k -> k.putArray("keys"))),
                Arguments.of("roles", "missing", edit(k -> k.remove("roles"))),
                Arguments.of(
                        "roles.keyring", "missing", edit(k -> object(k, "roles").remove("keyring"))),
                Arguments.of("roles.release.keys", "empty", edit(k -> release(k).putArray("keys"))),
                Arguments.of(
                        "roles.release.keys",
                        "not an array",
                        edit(k -> release(k).put("keys", EC_ID))),
                Arguments.of("roles.release.keys", "twice", edit(k -> ids(k).add(EC_ID))),
                Arguments.of("roles.release.keys", "there is no key", edit(k -> ids(k).add("0".repeat(64)))),
                Arguments.of("roles.release.keys[2]", "not 64", edit(k -> ids(k).add("xyz"))),
                Arguments.of("roles.release.keys[2]", "not a text", edit(k -> ids(k).add(1))),
                Arguments.of(
                        "roles.release.threshold",
                        "0 is not from 1 to 2",
                        edit(k -> release(k).put("threshold", 0))),
                Arguments.of(
                        "roles.release.threshold",
                        "3 is not from 1 to 2",
                        edit(k -> release(k).put("threshold", 3))),
                Arguments.of(
                        "roles.release.threshold",
                        "not from 1 to 2",
                        edit(k -> release(k).put("threshold", (1L << 32) + 1))),
                Arguments.of(
                        "roles.release.threshold",
                        "missing",
                        edit(k -> release(k).remove("threshold"))),
                Arguments.of(
                        "keys." + EC_ID + ".algorithm", "not one of", edit(k -> key(k).put("algorithm", "ed25519"))),
                Arguments.of("keys." + EC_ID + ".algorithm", "not a text", edit(k -> key(k).put("algorithm", 1))),
                Arguments.of("keys." + EC_ID + ".comment", "not a text", edit(k -> key(k).put("comment", 1))),
                Arguments.of(
                        "keys." + EC_ID + ".publicKey",
                        "not a public key",
                        edit(k -> key(k).put("algorithm", "rsa-4096"))),
                Arguments.of("keys." + EC_ID + ".publicKey", "", edit(k -> key(k).put("publicKey", ""))),
                Arguments.of("keys." + EC_ID + ".publicKey", "", edit(k -> key(k).put("publicKey", "*"))),
                Arguments.of(
                        "keys." + EC_ID,
                        "the id of this key is " + KeyId.of(Keys.FOREIGN.getPublic()),
                        edit(k -> key(k).put(
                                        "publicKey",
                                        Base64.getEncoder()
                                                .encodeToString(
                                                        Keys.FOREIGN.getPublic().getEncoded())))));
    }

    private static Consumer<ObjectNode> edit(Consumer<ObjectNode> edit) {
        return edit;
    }

    private static ObjectNode object(ObjectNode parent, String name) {
        return (ObjectNode) parent.get(name);
    }

    private static ObjectNode release(ObjectNode keyring) {
        return object(object(keyring, "roles"), "release");
    }

    private static ArrayNode ids(ObjectNode keyring) {
        return (ArrayNode) release(keyring).get("keys");
    }

    private static ObjectNode key(ObjectNode keyring) {
        return object(object(keyring, "keys"), EC_ID);
    }

    @ParameterizedTest
    @MethodSource("wrongFields")
    void namesTheFieldThatIsWrong(String field, String problem, Consumer<ObjectNode> edit) throws Exception {
        var mapper = new ObjectMapper();
        var root = (ObjectNode) mapper.readTree(json());
        edit.accept(root);
        var bytes = mapper.writeValueAsBytes(root);
        assertThatThrownBy(() -> Keyring.read(bytes))
                .asInstanceOf(type(MalformedDocumentException.class))
                .satisfies(e -> {
                    assertThat(e.document()).isEqualTo("keyring.json");
                    assertThat(e.field()).isEqualTo(field);
                    assertThat(e).hasMessageContaining(problem).hasMessageStartingWith("keyring.json: " + field + ": ");
                });
    }

    static Stream<Arguments> wrongTexts() {
        var good = KEYRING.toJson();
        return Stream.of(
                Arguments.of("not a JSON object", ""),
                Arguments.of("not Unicode", good.replaceFirst("of a test", "\\\\ud800")),
                Arguments.of("not JSON", good.substring(0, good.length() / 2)),
                Arguments.of("not JSON", good + "{}"),
                Arguments.of("not JSON", good.replaceFirst("\"version\" : 1", "\"version\" : 1, \"version\" : 2")),
                Arguments.of("not JSON", good.replaceFirst("1", "01")),
                Arguments.of("not JSON", "[".repeat(100_000)),
                Arguments.of("not JSON", "{\"" + "a".repeat(1000) + "\":1}"),
                Arguments.of("not a JSON object", "[]"),
                Arguments.of("not a JSON object", "\uFEFF" + good),
                Arguments.of("more than the 1048576 allowed", " ".repeat((1 << 20) + 1)));
    }

    @ParameterizedTest
    @MethodSource("wrongTexts")
    void refusesWhatIsNotOneJsonObject(String problem, String text) {
        refuses(problem, text.getBytes(UTF_8));
    }

    @Test
    void refusesOtherEncodings() {
        refuses("", KEYRING.toJson().getBytes(UTF_16));
        refuses("not UTF-8", new byte[] {'{', '"', (byte) 0xC0, (byte) 0x80, '"', ':', '1', '}'});
    }

    private static void refuses(String problem, byte[] json) {
        assertThatThrownBy(() -> Keyring.read(json))
                .isInstanceOf(MalformedDocumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void refusesEveryTruncation() {
        var whole = json();
        for (var length = 0; length < whole.length - 2; length++) {
            refuses("", Arrays.copyOf(whole, length));
        }
    }

    /** Else one key, written in two ways, would have two ids and reach a threshold of two. */
    @Test
    void oneKeyHasOneEncoding() throws Exception {
        var rsa = (RSAPublicKey) Keys.RSA.getPublic();
        var modulus = HexFormat.of().formatHex(rsa.getModulus().toByteArray());
        // A modulus with a zero byte too many; the lengths around it grow by one.
        var padded = "02820102" + "00" + modulus;
        var sequence = "3082010b" + padded + "0203010001";
        var bits = "03820110" + "00" + sequence;
        var der = HexFormat.of().parseHex("30820123" + "300d06092a864886f70d0101010500" + bits);
        var root = (ObjectNode) new ObjectMapper().readTree(json());
        var entry = ((ObjectNode) root.get("keys")).remove(RSA_ID);
        ((ObjectNode) entry).put("publicKey", Base64.getEncoder().encodeToString(der));
        var id = Sha256Digest.ofContent(der).toString();
        ((ObjectNode) root.get("keys")).set(id, entry);
        var text = root.toString().replace(RSA_ID, id);
        refuses("publicKey", text.getBytes(UTF_8));
    }
}
