package io.bascule.updateengine.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.signing.release.Version;
import io.bascule.updateengine.Status;
import io.bascule.updateengine.UpdateEngine;
import io.bascule.updateengine.boot.BootEntry;
import io.bascule.updateengine.state.HistoryEntry;
import io.bascule.updateengine.state.KnownBad;
import io.bascule.updateengine.state.StateDocument;
import java.util.List;

/** The results as JSON. Fields are only ever added. */
final class Documents {
    private Documents() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ObjectNode status(Status status) {
        var root = object().put("board", status.board())
                .put("version", status.version().text())
                .put("runningSlot", status.running().name())
                .put("nextBootSlot", status.nextBoot().map(Enum::name).orElse(null));
        var slots = root.putObject("slots");
        for (var slot : status.slots()) {
            slots.putObject(slot.slot().name())
                    .put("content", StateDocument.code(slot.content()))
                    .put("version", slot.version().map(Version::text).orElse(null))
                    .put("bootEntry", slot.entry().map(BootEntry::fileName).orElse(null))
                    .put("partition", slot.partition());
        }
        status.state()
                .pending()
                .ifPresent(pending -> root.putObject("pending")
                        .put("action", StateDocument.code(pending.action()))
                        .put("step", StateDocument.code(pending.step()))
                        .put("version", pending.version().text())
                        .put("slot", pending.slot().name())
                        .put("since", pending.since().toString()));
        root.set("knownBad", knownBad(status.state().knownBad()));
        status.stateProblem().ifPresent(problem -> root.put("stateProblem", problem));
        return root;
    }

    static ArrayNode knownBad(List<KnownBad> list) {
        var array = JsonNodeFactory.instance.arrayNode();
        for (var bad : list) {
            array.addObject()
                    .put("identity", bad.identity().toString())
                    .put("version", bad.version().text())
                    .put("reason", bad.reason())
                    .put("since", bad.since().toString());
        }
        return array;
    }

    static ArrayNode history(List<HistoryEntry> list) {
        var array = JsonNodeFactory.instance.arrayNode();
        for (var entry : list) {
            array.addObject()
                    .put("time", entry.time().toString())
                    .put("event", StateDocument.code(entry.event()))
                    .put("version", entry.version().text())
                    .put("detail", entry.detail());
        }
        return array;
    }

    static ObjectNode offer(UpdateEngine.Offer offer) {
        return object().put("version", offer.release().version().text())
                .put("slot", offer.slot().name())
                .put("alreadyInSlot", offer.alreadyThere())
                .put("payloadBytes", offer.payloadSize().bytes())
                .put("delta", offer.isDelta())
                .put("expires", offer.release().expires().toString());
    }
}
