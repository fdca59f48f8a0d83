package io.bascule.updateengine.state;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bascule.partitionlayout.layout.RootHash;
import io.bascule.partitionlayout.layout.Slot;
import io.bascule.signing.JsonDocument;
import io.bascule.signing.MalformedDocumentException;
import io.bascule.signing.release.Version;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The state as JSON, both ways ({@code docs/formats/engine-state.md}). */
public final class StateDocument {
    private static final String NAME = "engine state";

    /** Grows when an earlier engine would misunderstand a document. */
    private static final int FORMAT = 1;

    private static final JsonMapper JSON = new JsonMapper();

    private StateDocument() {}

    public static String write(EngineState state) throws IOException {
        var root = JSON.createObjectNode().put("format", FORMAT);
        state.pending()
                .ifPresent(pending -> root.putObject("pending")
                        .put("action", code(pending.action()))
                        .put("step", code(pending.step()))
                        .put("slot", pending.slot().name())
                        .put("version", pending.version().text())
                        .put("rootHash", pending.rootHash().hex())
                        .put("identity", pending.identity().toString())
                        .put("from", pending.from().text())
                        .put("bootId", pending.bootId())
                        .put("since", pending.since().toString()));
        var bad = root.putArray("knownBad");
        for (var item : state.knownBad()) {
            bad.addObject()
                    .put("identity", item.identity().toString())
                    .put("version", item.version().text())
                    .put("reason", item.reason())
                    .put("since", item.since().toString());
        }
        var history = root.putArray("history");
        for (var item : state.history()) {
            history.addObject()
                    .put("time", item.time().toString())
                    .put("event", code(item.event()))
                    .put("version", item.version().text())
                    .put("detail", item.detail());
        }
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /**
     * {@return the state in {@code bytes}}
     *
     * @throws EngineException if a newer engine wrote it
     * @throws MalformedDocumentException if it is no state at all: torn, or not ours
     */
    public static EngineState read(byte[] bytes) throws MalformedDocumentException, EngineException {
        var root = JsonDocument.read(NAME, bytes);
        var format = root.number("format", 1, Integer.MAX_VALUE);
        if (format != FORMAT) {
            throw new EngineException(
                    Problem.STATE_NEWER,
                    "the engine's state has format " + format + ": a newer engine wrote it, and this one knows "
                            + FORMAT + " only",
                    "go back to the newer release; or begin anew with `update-engine repair --discard-newer`, which keeps"
                            + " the old file beside");
        }
        var bad = new ArrayList<KnownBad>();
        for (var item : root.objectsIn("knownBad", EngineState.MAX_KNOWN_BAD)) {
            bad.add(new KnownBad(item.digest("identity"), version(item), item.text("reason"), item.time("since")));
        }
        var history = new ArrayList<HistoryEntry>();
        for (var item : root.objectsIn("history", EngineState.MAX_HISTORY)) {
            history.add(new HistoryEntry(
                    item.time("time"),
                    constant(item, "event", HistoryEntry.Event.class),
                    version(item),
                    item.text("detail")));
        }
        return new EngineState(
                root.has("pending") ? Optional.of(pending(root.object("pending"))) : Optional.empty(), bad, history);
    }

    private static Pending pending(JsonDocument item) throws MalformedDocumentException {
        return new Pending(
                constant(item, "action", Pending.Action.class),
                constant(item, "step", Pending.Step.class),
                value(item, "slot", Slot::valueOf),
                version(item),
                value(item, "rootHash", RootHash::new),
                item.digest("identity"),
                value(item, "from", Version::parse),
                item.text("bootId"),
                item.time("since"));
    }

    private static Version version(JsonDocument item) throws MalformedDocumentException {
        return value(item, "version", Version::parse);
    }

    /** {@return how a constant is written: {@code FELL_BACK} as {@code fell-back}} */
    public static String code(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E constant(JsonDocument item, String field, Class<E> type)
            throws MalformedDocumentException {
        return value(
                item,
                field,
                text -> Enum.valueOf(type, text.toUpperCase(Locale.ROOT).replace('-', '_')));
    }

    private static <T> T value(JsonDocument item, String field, Function<String, T> parser)
            throws MalformedDocumentException {
        try {
            return parser.apply(item.text(field));
        } catch (IllegalArgumentException e) {
            throw item.malformed(field, "none that is known: " + e.getMessage());
        }
    }
}
