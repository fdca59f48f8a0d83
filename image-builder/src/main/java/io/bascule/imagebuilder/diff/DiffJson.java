package io.bascule.imagebuilder.diff;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The differences for scripts, all of them ({@code docs/cli.md}). */
public final class DiffJson {
    private DiffJson() {}

    /** {@return the document} */
    public static ObjectNode of(ImageDiff diff) {
        var root = JsonNodeFactory.instance.objectNode();
        root.put("different", diff.different());
        addFacts(root.putObject("before"), diff.before(), diff.sizes().before());
        addFacts(root.putObject("after"), diff.after(), diff.sizes().after());
        var packages = root.putArray("packages");
        for (var change : diff.packages()) {
            packages.addObject()
                    .put("change", change.kind().text())
                    .put("name", change.name())
                    .put("architecture", change.architecture())
                    .put("before", change.before())
                    .put("after", change.after())
                    .put("growth", change.growth());
        }
        var files = root.putArray("files");
        diff.files().forEach(change -> addFile(files, change));
        var configuration = root.putArray("configuration");
        for (var change : diff.configuration()) {
            configuration
                    .addObject()
                    .put("change", change.kind().text())
                    .put("path", change.path())
                    .put("diff", String.join("\n", change.diff()));
        }
        var folders = root.putArray("folders");
        for (var folder : FolderGrowth.of(diff.sizes())) {
            folders.addObject()
                    .put("path", folder.path())
                    .put("before", folder.before())
                    .put("after", folder.after());
        }
        return root;
    }

    private static void addFacts(ObjectNode node, ImageFacts facts, long contents) {
        node.put("name", VisibleText.of(facts.name()))
                .put("version", VisibleText.of(facts.version()))
                .put("rootHash", VisibleText.of(facts.rootHash()))
                .put("kernel", VisibleText.of(facts.kernelRelease()))
                .put("commandLine", VisibleText.of(facts.commandLine()))
                .put("encoder", VisibleText.of(facts.encoder()))
                .put("imageSize", facts.imageSize())
                .put("contentSize", contents);
    }

    private static void addFile(ArrayNode files, FileChange change) {
        var node = files.addObject().put("change", change.kind().text()).put("path", change.path());
        if (!change.aspects().isEmpty()) {
            var aspects = node.putArray("aspects");
            change.orderedAspects().forEach(aspect -> aspects.add(aspect.text()));
        }
        change.before().ifPresent(state -> addState(node.putObject("before"), state));
        change.after().ifPresent(state -> addState(node.putObject("after"), state));
    }

    private static void addState(ObjectNode node, FileState state) {
        node.put("type", state.type().text())
                .put("size", state.size())
                .put("mode", state.mode())
                .put("uid", state.uid())
                .put("gid", state.gid());
        if (!state.target().isEmpty()) {
            node.put("target", state.target());
        }
    }
}
