package io.bascule.scenarios.crash;

import java.util.regex.Pattern;

/**
 * How to make a state of a recorded host again from its trace: {@code seed=1 event=57 choice=12}.
 *
 * @param event the first one that the disk was not told any more
 * @param choice which of the choices that the explorer makes of the window before it; a list of its sectors would be too long
 */
public record GuestRecipe(long seed, int event, int choice) {
    private static final Pattern TEXT = Pattern.compile("seed=(-?\\d{1,18}) event=(\\d{1,9}) choice=(\\d{1,9})");

    /** @throws IllegalArgumentException if the text is none */
    public static GuestRecipe parse(String text) {
        var match = TEXT.matcher(text.strip());
        if (!match.matches()) {
            throw new IllegalArgumentException(
                    "not a recipe: '" + text + "' (a recipe looks like: seed=1 event=57 choice=12)");
        }
        return new GuestRecipe(
                Long.parseLong(match.group(1)), Integer.parseInt(match.group(2)), Integer.parseInt(match.group(3)));
    }

    @Override
    public String toString() {
        return "seed=" + seed + " event=" + event + " choice=" + choice;
    }
}
