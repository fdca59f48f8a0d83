package io.bascule.signing.external;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bascule.signing.PassphraseSource;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyUriTest {
    /** The example of RFC 7512, section 3, that has the most in it, with an id added. */
    @Test
    void readsThePartsOfAUri() {
        var uri = Pkcs11Uri.of(KeyUri.parse("pkcs11:token=Software%20PKCS%2311%20softtoken;serial=abc;object=my-key;"
                + "slot-id=327;type=private;id=%69%95%3E%00?module-path=/mnt/lib%26so&pin-source=file:/etc/pin"));
        assertThat(uri.token()).contains("Software PKCS#11 softtoken");
        assertThat(uri.serial()).contains("abc");
        assertThat(uri.object()).contains("my-key");
        assertThat(uri.slot()).contains(327L);
        assertThat(uri.id()).hasValueSatisfying(id -> assertThat(id).containsExactly(0x69, 0x95, 0x3E, 0));
        assertThat(uri.module()).isEqualTo(Path.of("/mnt/lib&so"));
        assertThat(uri.pinSource()).contains(Path.of("/etc/pin"));
        assertThat(Pkcs11Uri.of(KeyUri.parse("pkcs11:?module-path=file:///m&pin-source=p"))
                        .pinSource())
                .contains(Path.of("p"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pkcs11:token=a | names no module",
                "pkcs11:token?module-path=/m | 'token' is not of the form name=value",
                "pkcs11:=a?module-path=/m | '=a' is not of the form name=value",
                "pkcs11:token=a;token=b?module-path=/m | 'token' twice",
                "pkcs11:manufacturer=a?module-path=/m | 'manufacturer' is not known here; known are id, object",
                "pkcs11:type=cert?module-path=/m | only keys of type=private sign",
                "pkcs11:token=a?module-path=/m&pin-value=1 | a PIN on a command line is known to all",
                "pkcs11:token=a?module-path=/m&pin-source=%7Ccat | must be a file",
                "pkcs11:slot-id=one?module-path=/m | 'one' is not a number",
                "pkcs11:token=%4?module-path=/m | has a % that two hexadecimal digits do not follow",
                "pkcs11:token=%zz?module-path=/m | has a % that two hexadecimal digits do not follow",
                "pkcs11:token=%ff?module-path=/m | is not UTF-8",
                "command:?public=a | there is no program in it",
                "command:/bin/true | names no public key",
                "command:/bin/true?public=a&public=b | 'public' twice",
                "command:/bin/true?public=a&timeout=0 | is not from 1 to 86400 seconds",
                "command:/bin/true?public=a&timeout=99999 | is not from 1 to 86400 seconds",
                "command:/bin/true?key=a | 'key' is not known here"
            })
    void saysWhatIsWrongWithAUri(String uri, String problem) {
        assertThatThrownBy(() -> Signers.open(uri, PassphraseSource.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void keysHaveNamesThatDoNotDependOnTheFolder() {
        var here = Path.of("").toAbsolutePath().toString();
        assertThat(Signers.absolute("a.key")).isEqualTo(here + "/a.key");
        assertThat(Signers.absolute("command:./sign?argument=x%20y&public=a.pub"))
                .isEqualTo("command:" + KeyUri.encode(here) + "/./sign?argument=x%20y&public=" + KeyUri.encode(here)
                        + "/a.pub");
        assertThat(Signers.absolute("command:sign?public=/a")).isEqualTo("command:sign?public=/a");
        assertThat(Signers.absolute("pkcs11:token=a;object=b?module-path=m.so&pin-source=file:pin"))
                .isEqualTo("pkcs11:token=a;object=b?module-path=" + KeyUri.encode(here) + "/m.so&pin-source="
                        + KeyUri.encode(here) + "/pin");
        assertThat(KeyUri.text(KeyUri.encode("a b&c;d?e%f\u00e4"))).isEqualTo("a b&c;d?e%f\u00e4");
        assertThat(Signers.file("command:x?public=y")).isEmpty();
        assertThat(Signers.file("./command:x")).contains(Path.of("./command:x"));
    }
}
