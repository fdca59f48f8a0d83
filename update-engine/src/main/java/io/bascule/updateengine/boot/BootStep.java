package io.bascule.updateengine.boot;

/**
 * One change of a name on the ESP, made durable before the next.
 *
 * @param from the file name before
 * @param to the file name after
 * @param commits whether this is the step that changes which slot the next boot starts
 */
public record BootStep(String from, String to, boolean commits) {
    @Override
    public String toString() {
        return from + " -> " + to;
    }
}
