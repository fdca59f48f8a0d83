package io.bascule.updateengine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bascule.updateengine.fixture.TestHost;
import io.bascule.updateengine.problem.EngineException;
import io.bascule.updateengine.problem.Problem;
import java.io.IOException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A verb that is refused. */
final class Refusal {
    private Refusal() {}

    /** {@return how {@code verb} was refused, which must be for that reason and in words} */
    static EngineException of(Problem problem, ThrowingCallable verb) {
        var refusal = any(verb);
        assertThat(refusal.problem()).as(refusal.getMessage()).isEqualTo(problem);
        return refusal;
    }

    /** {@return how {@code verb} was refused, for whatever reason but in words} */
    static EngineException any(ThrowingCallable verb) {
        var thrown = catchThrowable(verb);
        assertThat(thrown).isInstanceOf(EngineException.class);
        var refusal = (EngineException) thrown;
        assertThat(refusal.getMessage()).doesNotContain("Exception", "null", "\n");
        return refusal;
    }

    /** {@return how {@code verb} was refused, after which disk, ESP and state of the host are as they were, to the last byte} */
    static EngineException unchanged(TestHost host, Problem problem, ThrowingCallable verb) throws IOException {
        var before = host.everything();
        var refusal = of(problem, verb);
        assertThat(host.everything()).isEqualTo(before);
        return refusal;
    }
}
