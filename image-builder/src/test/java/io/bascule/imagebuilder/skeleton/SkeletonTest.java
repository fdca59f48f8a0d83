package io.bascule.imagebuilder.skeleton;

import static org.assertj.core.api.Assertions.assertThat;

import io.bascule.imagebuilder.Trees;
import io.bascule.imagebuilder.tree.FileTree;
import io.bascule.imagebuilder.tree.Inode;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The lists and the files beside them fit together. */
class SkeletonTest {
    private static final Pattern PROGRAM = Pattern.compile("(?m)^Exec\\w+=[-+!@:]*(/\\S+)");
    private static final Pattern UNIT = Pattern.compile("(?m)^(?:Wants|Requires|After|Before|BindsTo)=(.*)$");

    static Stream<Skeleton> skeletons() {
        return Stream.of(Skeleton.image(), Skeleton.initrd());
    }

    private static Path folder(Skeleton skeleton) throws URISyntaxException {
        // The sources, because Maven leaves files in target that have been deleted from them.
        return Path.of("src/main/resources/io/bascule/imagebuilder/skeleton", skeleton.name());
    }

    private static List<Skeleton.Entry.File> files(Skeleton skeleton) {
        return skeleton.entries().stream()
                .filter(Skeleton.Entry.File.class::isInstance)
                .map(Skeleton.Entry.File.class::cast)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("skeletons")
    void listsExactlyTheFilesBesideIt(Skeleton skeleton) throws Exception {
        var folder = folder(skeleton);
        try (var found = Files.walk(folder)) {
            assertThat(found.filter(Files::isRegularFile)
                            .map(file -> folder.relativize(file).toString()))
                    .containsExactlyInAnyOrderElementsOf(files(skeleton).stream()
                            .map(Skeleton.Entry.File::path)
                            .toList());
        }
    }

    @ParameterizedTest
    @MethodSource("skeletons")
    void givesScriptsAndOnlyScriptsTheExecutableBit(Skeleton skeleton) throws Exception {
        for (var file : files(skeleton)) {
            var script = Files.readString(folder(skeleton).resolve(file.path())).startsWith("#!");
            assertThat(file.permissions()).as(file.path()).isEqualTo(script ? 0755 : 0644);
        }
    }

    @ParameterizedTest
    @MethodSource("skeletons")
    void namesEveryPathOnce(Skeleton skeleton) {
        assertThat(skeleton.entries().stream().map(SkeletonTest::path)).doesNotHaveDuplicates();
    }

    /** The links between units lead to units of the list, or to files that it copies from the image. */
    @Test
    void initrdLinksLeadToFilesOfTheInitrd() {
        var skeleton = Skeleton.initrd();
        var tree = FileTree.empty();
        skeleton.applyTo(tree);
        var copied = copied(skeleton);
        for (var path : copied) {
            if (!path.contains("*")) {
                tree.putFile(path, 0644, "");
            }
        }
        tree.walk((path, inode) -> {
            if (inode instanceof Inode.Symlink && path.startsWith("etc/systemd")) {
                assertThat(tree.resolve(path)).as(path).isPresent();
            }
            if (inode instanceof Inode.Symlink link && path.startsWith("usr/lib/systemd/system/")) {
                var target =
                        "usr/lib/systemd/system/" + link.target().toString().substring("../".length());
                assertThat(copied.stream().anyMatch(copy -> matches(copy, target)))
                        .as(path)
                        .isTrue();
            }
        });
    }

    @Test
    void initrdUnitsStartProgramsOfTheInitrd() throws Exception {
        var skeleton = Skeleton.initrd();
        var copied = copied(skeleton);
        var programs = new ArrayList<String>();
        for (var file : files(skeleton)) {
            var text = Files.readString(folder(skeleton).resolve(file.path()));
            PROGRAM.matcher(text)
                    .results()
                    .forEach(found -> programs.add(found.group(1).substring(1)));
        }
        assertThat(programs).isNotEmpty();
        var there = new ArrayList<>(copied);
        files(skeleton).forEach(file -> there.add(file.path()));
        assertThat(there).containsAll(programs);
    }

    /** A word wrong in an ordering is passed over by systemd without a sound. */
    @ParameterizedTest
    @MethodSource("skeletons")
    void unitsOfOursThatUnitsNameExist(Skeleton skeleton) throws Exception {
        var ours = files(skeleton).stream()
                .map(file -> file.path().substring(file.path().lastIndexOf('/') + 1))
                .toList();
        for (var file : files(skeleton)) {
            var text = Files.readString(folder(skeleton).resolve(file.path()));
            UNIT.matcher(text)
                    .results()
                    .flatMap(found -> Stream.of(found.group(1).split(" ")))
                    .forEach(unit -> {
                        if (unit.startsWith("bascule-")
                                || (unit.startsWith("sysroot-") && !unit.equals("sysroot-usr.mount"))) {
                            assertThat(ours).as(file.path()).contains(unit);
                        }
                    });
        }
    }

    @Test
    void imageLinksAndScriptsReferToWhatTheListBrings() {
        var tree = FileTree.empty();
        tree.putFile("etc/fstab", 0600, "of a package");
        tree.putFile("etc/kept", 0600, "of a package");
        Skeleton.image().applyTo(tree);
        assertThat(Trees.at(tree, "etc/fstab").attributes().permissions()).isEqualTo(0644);
        assertThat(tree.find("etc/kept")).isPresent();
        assertThat(Trees.at(tree, "usr/lib/bascule/provision").attributes().permissions())
                .isEqualTo(0755);
        tree.walk((path, inode) -> {
            if (inode instanceof Inode.Symlink link && link.target().toString().contains("bascule-")) {
                assertThat(tree.resolve(path)).as(path).isPresent();
            }
        });
    }

    private static List<String> copied(Skeleton skeleton) {
        return skeleton.entries().stream()
                .filter(Skeleton.Entry.Copy.class::isInstance)
                .map(entry -> ((Skeleton.Entry.Copy) entry).path())
                .toList();
    }

    private static boolean matches(String copy, String path) {
        return Pattern.matches(Pattern.quote(copy).replace("*", "\\E.*\\Q"), path);
    }

    private static String path(Skeleton.Entry entry) {
        return switch (entry) {
            case Skeleton.Entry.File file -> file.path();
            case Skeleton.Entry.Directory directory -> directory.path();
            case Skeleton.Entry.Link link -> link.path();
            case Skeleton.Entry.Copy copy -> copy.path();
            case Skeleton.Entry.Module module -> "module " + module.module();
        };
    }
}
