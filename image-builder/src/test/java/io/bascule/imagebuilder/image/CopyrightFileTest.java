package io.bascule.imagebuilder.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.tree.Attributes;
import io.bascule.imagebuilder.tree.Content;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the licences of a package where they are written for machines. */
class CopyrightFileTest {
    private static final String HEADER =
            "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: x\n";

    private static final String MACHINE_READABLE = HEADER + """

            Files: *
            Copyright: 1999 Somebody
            License: GPL-2+

            Files: lib/*
             more/*
            Copyright: 2000 Somebody else
            License: Expat  or
             and this is the text of it
             .
             License: not-a-field

            Files: debian/*
            Copyright: 2000 Somebody else
            License: GPL-2+
            \t
            License: only-a-text
             Somewhere this text may be used.
            """;

    @Test
    void findsTheLicencesOfFiles() {
        assertThat(CopyrightFile.licenses(MACHINE_READABLE)).containsExactly("Expat or", "GPL-2+");
        assertThat(CopyrightFile.licenses(HEADER + "License: MIT\n")).containsExactly("MIT");
        assertThat(CopyrightFile.licenses("Format: http://dep.debian.net/deps/dep5/\n\nFiles: *\nLicense: ISC"))
                .containsExactly("ISC");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "This package was debianized by Somebody.\n\nLicense: GPL-2\n",
                "Format: of the file: free\n\nFiles: *\nLicense: GPL-2\n",
                "Format: copyright-format/1.0\n\nFiles: *\nLicense:\n text\n",
                "Format: copyright-format/1.0\n\nLicense: only-a-text\n"
            })
    void saysNothingAboutOthers(String text) {
        assertThat(CopyrightFile.licenses(text)).isEmpty();
    }

    @Test
    void takesThemFromThePackageOrFromOneOfTheSameSource() throws Exception {
        var tree = FileTree.empty();
        tree.putFile("var/lib/dpkg/status", 0644, """
                Package: zsh
                Status: install ok installed
                Version: 5-1+b2
                Source: zsh (5-1)
                Maintainer: Shells <zsh@example.org>

                Package: zsh-common
                Status: install ok installed
                Version: 5-1
                Source: zsh

                Package: free
                Status: install ok installed
                Version: 1

                Package: linked
                Status: install ok installed
                Version: 1

                Package: gone
                Status: deinstall ok config-files
                Version: 1
                """);
        tree.putFile("usr/share/doc/zsh-common/copyright", 0644, MACHINE_READABLE);
        tree.putLink("usr/share/doc/linked", "zsh-common");
        tree.put(
                "usr/share/doc/free/copyright",
                new Inode.RegularFile(Attributes.rootOwned(0644), Content.of(new byte[] {(byte) 0xFF, 0, '\n'})));
        var packages = InstalledPackage.readAll(tree);
        assertThat(packages).extracting(InstalledPackage::name).containsExactly("free", "linked", "zsh", "zsh-common");
        assertThat(packages.get(0).licenses()).isEmpty();
        assertThat(packages.get(1).licenses()).containsExactly("Expat or", "GPL-2+");
        assertThat(packages.get(2))
                .isEqualTo(new InstalledPackage(
                        "zsh",
                        "5-1+b2",
                        "",
                        "zsh",
                        "5-1",
                        "Shells <zsh@example.org>",
                        0,
                        packages.get(1).licenses()));
        assertThat(packages.get(3).sourceVersion()).isEqualTo("5-1");
        assertThat(packages.get(3).licenses()).containsExactly("Expat or", "GPL-2+");
    }
}
