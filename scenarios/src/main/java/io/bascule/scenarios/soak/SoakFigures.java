package io.bascule.scenarios.soak;

/** What was done to a host, and what it looks like now. */
final class SoakFigures {
    int updates;
    int bad;
    int rollbacks;
    int powerCuts;
    int kills;
    int sectors;
    int lostFallbacks;
    int leftovers;
    long freeBytes;
    long folderBytes;
    long stateBytes;
    long most;
    int knownBad;
    long heap;

    @Override
    public String toString() {
        return updates + " updates so far, " + bad + " of them to bad releases, " + rollbacks + " rollbacks and back, "
                + powerCuts + " power cuts (" + sectors + " sectors in the air), " + kills + " kills; "
                + (lostFallbacks == 0 ? "" : lostFallbacks + " times without a second chance; ")
                + leftovers + " dead names left for the next update; ESP " + freeBytes + " bytes free and a folder of "
                + folderBytes + ", state " + stateBytes
                + " bytes (at most " + most + "), " + knownBad + " known bad, heap " + (heap >> 10) + " KiB";
    }
}
