package io.bascule.qemuharness;

import java.nio.file.Path;
import java.util.List;

/**
 * What a failure has to show for itself.
 *
 * @param lastLines the last lines of the console
 * @param consoleLog the file with all that the console printed, escape sequences included
 * @param qemuOutput what QEMU itself printed, mostly nothing
 */
public record VmEvidence(String vmName, List<ConsoleLine> lastLines, Path consoleLog, String qemuOutput) {
    static final int LAST_LINES = 25;

    public VmEvidence {
        lastLines = List.copyOf(lastLines);
    }

    /** {@return the evidence as indented lines for people} */
    String describe() {
        var text = new StringBuilder();
        if (!qemuOutput.isBlank()) {
            text.append("\n  QEMU said:");
            qemuOutput
                    .strip()
                    .lines()
                    .limit(LAST_LINES)
                    .forEach(line -> text.append("\n    ").append(line));
        }
        if (lastLines.isEmpty()) {
            text.append("\n  the console has printed nothing (")
                    .append(consoleLog)
                    .append(')');
        } else {
            text.append("\n  last lines of the console (all of it in ")
                    .append(consoleLog)
                    .append("):");
            lastLines.forEach(line -> text.append("\n    ").append(line));
        }
        return text.toString();
    }
}
