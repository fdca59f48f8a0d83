package io.bascule.testsupport;

import java.util.Map;
import java.util.Set;

/**
 * A parser of foreign bytes, and what it may do with them: give a value, or throw one of its {@link #refusals}. Anything
 * else, like another exception, an error, ten seconds of work or memory beyond the limit, is a defect. Targets are
 * stateless, but for files of their own, and have a constructor without parameters.
 */
public interface FuzzTarget {
    /** {@return the name, of which the corpus has its folder: {@code src/test/fuzz/NAME} of the module} */
    String name();

    /** {@return inputs that the parser takes, each with a name that says what it is; the corpus adds more of any kind} */
    Map<String, byte[]> seeds() throws Exception;

    /** {@return the exceptions of the domain that say that an input is refused} */
    Set<Class<? extends Exception>> refusals();

    /**
     * Parses {@code input}, and reads all there is in it. Where what was read can be written again, this does so and
     * throws an {@link AssertionError} unless it reads as equal.
     */
    void read(byte[] input) throws Exception;

    /**
     * {@return {@code input} with its checksums or signatures made right, so that what stands behind them is reached; the
     * input itself where there are none, or it is not even clear where they are}
     */
    default byte[] mend(byte[] input) {
        return input;
    }

    /** {@return what makes sense to such a parser, to be put into inputs besides single bytes and numbers} */
    default FuzzDictionary dictionary() {
        return FuzzDictionary.NONE;
    }

    /** {@return how many bytes reading an input of that size may allocate, all together} */
    default long allocationLimit(int inputSize) {
        return (64L << 20) + 1000L * inputSize;
    }

    /** {@return how many changed inputs each build tries; about a second's worth} */
    default int mutations() {
        return 5000;
    }

    /** Checks how {@code input} was refused, beyond that the message is one printable line. */
    default void checkRefusal(byte[] input, Exception refusal) {}
}
