package io.bascule.scenarios.bootpath;

/**
 * How far a disk is from not booting.
 *
 * @param releases that would come up if they were chosen
 * @param tables whole copies of the partition table, 0 to 2
 */
public record Margin(int releases, int tables) implements Comparable<Margin> {
    @Override
    public int compareTo(Margin other) {
        var sum = Integer.compare(releases + tables, other.releases + other.tables);
        return sum != 0 ? sum : Integer.compare(releases, other.releases);
    }

    @Override
    public String toString() {
        return releases + (releases == 1 ? " release" : " releases") + " and " + tables
                + (tables == 1 ? " table" : " tables");
    }
}
