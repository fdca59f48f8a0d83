package io.bascule.firstboot.document;

import io.bascule.partitionlayout.ForeignText;
import java.io.IOException;

/** A configuration that is not understood, or cannot be done on this host: where, and why. */
public final class ConfigException extends IOException {
    private final Place place;

    /** @param problem control characters in it are not shown, so that texts from outside may stand in it as they are */
    public ConfigException(Place place, String problem) {
        super(ForeignText.printable(place + ": " + problem));
        this.place = place;
    }

    public Place place() {
        return place;
    }
}
