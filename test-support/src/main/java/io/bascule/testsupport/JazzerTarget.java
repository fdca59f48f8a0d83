package io.bascule.testsupport;

import java.lang.reflect.Constructor;

/** What Jazzer, in a process of its own, is given: it calls the methods by their names. */
public final class JazzerTarget {
    /** The system property with the name of the target's class. */
    static final String PROPERTY = "fuzz.target";

    private static final FuzzTrial TRIAL = new FuzzTrial(target());

    private JazzerTarget() {}

    /** Called for each input. */
    public static void fuzzerTestOneInput(byte[] input) {
        TRIAL.run(input);
    }

    private static FuzzTarget target() {
        try {
            Constructor<?> constructor =
                    Class.forName(System.getProperty(PROPERTY)).getDeclaredConstructor();
            constructor.setAccessible(true);
            return (FuzzTarget) constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no target: " + System.getProperty(PROPERTY), e);
        }
    }
}
