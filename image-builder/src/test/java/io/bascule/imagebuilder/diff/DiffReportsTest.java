package io.bascule.imagebuilder.diff;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.Objects;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Shows what is different to people and to scripts, and nothing in an image can make it show something else. */
class DiffReportsTest {
    @Test
    void textSaysWhatMattersFirst() throws Exception {
        assertThat(DiffText.of(Images.sample(), false)).isEqualTo("""
                base 1.0 -> base 1.1

                  /usr image     1.0 MiB -> 1.0 MiB  0
                  contents       5060 B -> 9047 B  +3987 B (+78.8 %), before compression
                  kernel         6.1 -> 6.2
                  encoder        zstd
                  packages       2 changed, 1 added, 1 removed
                  files          5 changed, 2 added, 5 removed
                  configuration  2 texts differ

                Kernel command line
                  - quiet
                  + panic=5

                Packages
                  ~ bash            5.1   -> 5.2   +2048 B
                  ~ linux-image-6.2 6.1-1 -> 6.2-1 -10.0 KiB
                  + nano                  8        +7168 B
                  - telnet          0.1            -5120 B

                Configuration
                  ~ /etc/ssh/sshd_config
                      @@ -1,2 +1,2 @@
                       Port 22
                      -PermitRootLogin yes
                      +PermitRootLogin no
                  + /etc/new.conf

                Growth by folder
                  /usr/bin/*       5010 B -> 9010 B +4000 B
                  /usr/lib/modules 14 B   -> 7 B    -7 B
                  /usr/lib/gone    6 B    -> 0 B    -6 B

                Files
                  ~ /usr/bin/grows                         +4000 B content
                  - /usr/lib/modules/6.2/kernel/old.ko     -10 B
                  - /usr/lib/gone                          -6 B    folder with 3 entries
                  + /usr/lib/modules/6.2/kernel/new.ko     +3 B
                  + /usr/share/bascule/etc/new.conf        +1 B
                  ~ /usr/share/bascule/etc/ssh/sshd_config -1 B    content
                  ~ /usr/bin/link                                  tool -> grows
                  ~ /usr/bin/tool                                  content, same size, mode 0755 -> 4755
                  ~ /usr/lib/modules/6.2                           renamed
                """);
    }

    @Test
    void textOfNoDifferenceSaysSo() throws Exception {
        assertThat(DiffText.of(Images.diff(Images.before(), Images.before()), false))
                .isEqualTo("base 1.0 -> base 1.0\n\nNo differences.\n");
    }

    @Test
    void textIsShortUnlessAllIsWanted() throws Exception {
        var before = Images.before();
        var after = Images.before();
        for (var i = 0; i < 100; i++) {
            after.usr().putFile("bin/new" + i, 0755, "x".repeat(i));
        }
        var diff = Images.diff(before, after);
        assertThat(DiffText.of(diff, false))
                .contains("... and 80 more, --all shows them")
                .contains("bin/new99");
        assertThat(DiffText.of(diff, false).lines().filter(line -> line.contains("/usr/bin/new")))
                .hasSize(20);
        assertThat(DiffText.of(diff, true).lines().filter(line -> line.contains("/usr/bin/new")))
                .hasSize(100);
    }

    @Test
    void jsonHasEverything() throws Exception {
        var json = DiffJson.of(Images.sample());
        assertThat(json.get("different").asBoolean()).isTrue();
        assertThat(json.get("files")).hasSize(12);
        assertThat(json.at("/files/2")).hasToString("""
                {"change":"changed","path":"/usr/bin/tool","aspects":["content","mode"],\
                "before":{"type":"file","size":6,"mode":"0755","uid":0,"gid":0},\
                "after":{"type":"file","size":6,"mode":"4755","uid":0,"gid":0}}""");
        assertThat(json.at("/packages/0")).hasToString("""
                {"change":"changed","name":"bash","architecture":"amd64","before":"5.1","after":"5.2","growth":2048}""");
        assertThat(json.at("/before/kernel").asText()).isEqualTo("6.1");
        assertThat(json.at("/after/contentSize").asLong()).isEqualTo(9047);
        assertThat(json.at("/configuration/0/diff").asText()).contains("-PermitRootLogin yes\n+PermitRootLogin no");
        assertThat(json.get("folders")).isNotEmpty();
    }

    /** The page is XML but for its first line, its void elements and boolean attributes. */
    private static Document parse(String page) throws Exception {
        var xml = page.replace("<!doctype html>", "")
                .replaceAll("<meta ([^>]*)>", "<meta $1/>")
                .replace("<details open>", "<details open=\"open\">");
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    @Test
    void pageIsWellFormedAndNeedsNothingElse() throws Exception {
        var page = DiffPage.of(Images.sample());
        var document = parse(page);
        assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(3);
        for (var tag : new String[] {"script", "link", "img", "iframe", "object", "base", "form"}) {
            assertThat(document.getElementsByTagName(tag).getLength()).as(tag).isZero();
        }
        assertThat(page)
                .doesNotContain("http://")
                .doesNotContain("https://")
                .doesNotContain("url(")
                .doesNotContain("@import")
                .contains("prefers-color-scheme: dark")
                .contains("default-src 'none'")
                .contains("PermitRootLogin no");
        // Every table says what its columns are, and everything that scrolls can be reached by key.
        assertThat(document.getElementsByTagName("caption").getLength())
                .isEqualTo(document.getElementsByTagName("table").getLength());
        var scrolling = document.getElementsByTagName("pre");
        for (var i = 0; i < scrolling.getLength(); i++) {
            assertThat(Objects.requireNonNull(scrolling.item(i)).getAttributes().getNamedItem("tabindex"))
                    .isNotNull();
        }
        parse(DiffPage.of(Images.diff(Images.before(), Images.before())));
    }

    @Test
    void nothingInAnImageGetsOutOfItsPlace() throws Exception {
        var diff = Images.hostile();
        var page = DiffPage.of(diff);
        var document = parse(page);
        assertThat(document.getElementsByTagName("script").getLength()).isZero();
        assertThat(document.getElementsByTagName("b").getLength())
                .as("those of the cards")
                .isEqualTo(5);
        var text = DiffText.of(diff, true);
        for (var shown : new String[] {page, text, DiffJson.of(diff).toPrettyString()}) {
            assertThat(shown.chars().filter(c -> c != '\n' && Character.isISOControl(c)))
                    .isEmpty();
            assertThat(shown).doesNotContain("\u202e").contains("\\x1b");
        }
        assertThat(text).contains("\\xff<b>");
        // The JSON is JSON, and the path in it tells the bytes.
        assertThat(DiffJson.of(diff).at("/files").findValuesAsText("path")).contains("/usr/\\xff<b>");
    }

    @Test
    void sameImagesGiveTheSameBytes() throws Exception {
        assertThat(DiffPage.of(Images.sample()).getBytes(UTF_8))
                .isEqualTo(DiffPage.of(Images.sample()).getBytes(UTF_8));
        assertThat(DiffJson.of(Images.sample()))
                .hasToString(DiffJson.of(Images.sample()).toString());
    }
}
