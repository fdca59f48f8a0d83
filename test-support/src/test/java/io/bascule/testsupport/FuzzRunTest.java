package io.bascule.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Whether defects that are known to be there are found, each kind of them. */
class FuzzRunTest {
    private static final long SEED = 1;

    /** What a parser does with its input. */
    @FunctionalInterface
    private interface Reader {
        void read(byte[] input) throws Exception;
    }

    /** A parser of a CRC-32 and what stands behind it. */
    private record Toy(String name, Reader reader, boolean mends) implements FuzzTarget {
        @Override
        public Map<String, byte[]> seeds() {
            return Map.of("valid", mended("....{count: 12, name: \"abc\"}".getBytes(UTF_8)));
        }

        @Override
        public Set<Class<? extends Exception>> refusals() {
            return Set.of(IOException.class);
        }

        @Override
        public void read(byte[] input) throws Exception {
            if (input.length < 4 || ByteBuffer.wrap(input).getInt(0) != crc(input)) {
                throw new IOException("wrong checksum");
            }
            reader.read(input);
        }

        @Override
        public byte[] mend(byte[] input) {
            return mends && input.length >= 4 ? mended(input) : input;
        }

        private static byte[] mended(byte[] input) {
            ByteBuffer.wrap(input).putInt(0, crc(input));
            return input;
        }

        private static int crc(byte[] input) {
            var crc = new CRC32();
            crc.update(input, 4, input.length - 4);
            return (int) crc.getValue();
        }
    }

    private static Toy toy(String name, Reader reader) {
        return new Toy(name, reader, true);
    }

    private static Map<String, String> run(Toy toy, int executions) throws Exception {
        var corpus = new FuzzCorpus(new TreeMap<>(toy.seeds()), new TreeMap<>());
        return new FuzzRun(toy, corpus, SEED, Duration.ofSeconds(1)).run(done -> done < executions);
    }

    private static int at(byte[] input, int index) {
        return index < input.length ? Byte.toUnsignedInt(input[index]) : 0;
    }

    private static void never(BooleanSupplier condition, Exception exception) throws Exception {
        if (condition.getAsBoolean()) {
            throw exception;
        }
    }

    @Test
    void findsExceptionsThatAreNotOfTheDomainAndKeepsTheirInputs() throws Exception {
        var toy = toy("toy-exception", input -> {
            if (at(input, 12) == 0xFF) {
                throw new IllegalStateException("a surprise");
            }
        });
        var defects = run(toy, 1000);
        assertThat(defects).hasSize(1);
        var text = defects.values().iterator().next();
        assertThat(text)
                .contains("toy-exception", "IllegalStateException: a surprise", "seed 1, iteration ", "base64: ")
                .contains("at " + FuzzRunTest.class.getName());
        var file = Path.of(text.replaceAll("(?s).* in (target/[^)]+)\\).*", "$1"));
        assertThatThrownBy(() -> new FuzzTrial(toy).run(Files.readAllBytes(file)))
                .isInstanceOf(FuzzDefect.class);
        Files.delete(file);
    }

    @Test
    void reachesWhatStandsBehindAChecksumOnlyIfItMends() throws Exception {
        Reader reader = input -> never(() -> at(input, 5) == 'C', new IllegalStateException());
        assertThat(run(new Toy("toy-unmended", reader, false), 3000)).isEmpty();
        assertThat(run(new Toy("toy-mended", reader, true), 3000)).isNotEmpty();
    }

    @Test
    void findsErrorsOfTheMachine() throws Exception {
        assertThat(run(toy("toy-stack", FuzzRunTest::nest), 2000).values())
                .anyMatch(text -> text.contains("StackOverflowError"));
        assertThat(run(toy("toy-memory", input -> new ArrayList<>(List.of(new byte[at(input, 10) * 1_000_000]))), 2000)
                        .values())
                .anyMatch(text -> text.contains("KiB that it may"));
    }

    private static void nest(byte[] input) {
        if (input.length > 60) {
            nest(input);
        }
    }

    @Test
    void findsMessagesThatWouldNotBeOneLine() throws Exception {
        assertThat(run(
                                toy("toy-message", input -> {
                                    throw new IOException(
                                            "not known: " + new String(input, 4, input.length - 4, UTF_8));
                                }),
                                2000)
                        .values())
                .anyMatch(text -> text.contains("not one printable line"));
    }

    @Test
    void findsEndlessLoops() throws Exception {
        var ended = new AtomicBoolean();
        var defects = run(
                toy("toy-loop", input -> {
                    while (at(input, 13) == 0xFF && !ended.get()) {
                        Thread.onSpinWait();
                    }
                }),
                100_000);
        ended.set(true);
        assertThat(defects).hasSize(1);
        assertThat(defects.values()).allMatch(text -> text.contains("it does not end"));
    }

    @Test
    void makesTheSameInputsForTheSameSeed() throws Exception {
        var first = new ArrayList<String>();
        var second = new ArrayList<String>();
        run(toy("toy-order", input -> first.add(new String(input, UTF_8))), 500);
        run(toy("toy-order", input -> second.add(new String(input, UTF_8))), 500);
        assertThat(first).hasSizeGreaterThan(100).isEqualTo(second);
    }

    @Test
    void leavesParsersAloneThatDoAsTheyShould() {
        assertThatCode(() -> assertThat(run(toy("toy-good", input -> {}), 2000)).isEmpty())
                .doesNotThrowAnyException();
    }
}
