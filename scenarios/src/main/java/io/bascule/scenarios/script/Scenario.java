package io.bascule.scenarios.script;

import java.util.regex.Pattern;

/**
 * A story that has to end well.
 *
 * @param name by which it is run: lower-case words with dashes; a case of a matrix has its parameters behind {@code @}
 * @param summary one sentence: what happens, and what must come of it
 * @param setting what it takes to play it
 */
public record Scenario(String name, String summary, Setting setting, Script script) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*(@[a-z0-9]+([-.][a-z0-9]+)*)?");

    public Scenario {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("not a name for a scenario: '" + name + "'");
        }
    }

    /** Where a scenario plays. */
    public enum Setting {
        /** On files, with the engine in a process of its own or in this one: seconds. */
        FILES("files"),

        /** On files, as root of a user namespace with its own mounts and network: seconds. */
        NAMESPACE("namespace"),

        /** In a virtual machine with real firmware and kernel: minutes. */
        MACHINE("machine");

        private final String text;

        Setting(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /** What happens. Returns if the story ends well, and throws if it does not. */
    @FunctionalInterface
    public interface Script {
        void play(Stage stage) throws Exception;
    }

    /** {@return a story on a virtual machine} */
    public static Scenario onMachine(String name, String summary, Script script) {
        return new Scenario(name, summary, Setting.MACHINE, script);
    }

    /** {@return a story on files, in a namespace of its own} */
    public static Scenario inNamespace(String name, String summary, Script script) {
        return new Scenario(name, summary, Setting.NAMESPACE, script);
    }

    /** {@return a story on files} */
    public static Scenario onFiles(String name, String summary, Script script) {
        return new Scenario(name, summary, Setting.FILES, script);
    }
}
