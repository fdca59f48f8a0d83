package io.bascule.imagebuilder;

/** Hears how a build goes. Called from one thread at a time. */
public interface BuildListener {
    /** A step begins; the one before has ended. */
    void step(String name);

    /** What the step is doing right now, in a few words. */
    void doing(String what);

    /** The result of the step, for people: sizes and counts. */
    void result(String what);
}
