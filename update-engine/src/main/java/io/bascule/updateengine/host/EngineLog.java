package io.bascule.updateengine.host;

/** Where the engine says what it does. */
public interface EngineLog {
    /** A line of its own that people will want to find again: which rename committed, what was judged. */
    void event(String line);

    /** Something is wrong, and nobody may be looking. */
    void alarm(String line);

    /** A step of a longer work has begun. */
    void step(String what);

    /** The step goes on. {@code done} and {@code total} are bytes. */
    void progress(long done, long total);
}
