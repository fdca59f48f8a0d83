package io.bascule.testsupport;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Changes inputs, in the same way for the same random numbers: one to six changes, most of them small. */
final class Mutator {
    private static final int MOST_CHANGES = 6;
    private static final int MOST_BLOCK = 256;

    /** How much larger than the largest input of the corpus a changed one may get. */
    private static final int MOST_GROWTH = 64 << 10;

    private static final int[] BYTES = {0, 1, 2, 0x7F, 0x80, 0x81, 0xFE, 0xFF, ' ', '/', '.'};

    /** Ends of ranges, and numbers just beyond them. */
    private static final long[] NUMBERS = {
        0,
        1,
        2,
        -1,
        -2,
        0x7F,
        0x80,
        0xFF,
        0x100,
        511,
        512,
        513,
        4095,
        4096,
        4097,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x10000,
        0x7FFF_FFFFL,
        0x8000_0000L,
        0xFFFF_FFFFL,
        0x1_0000_0000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        Long.MAX_VALUE / 512
    };

    private final List<byte[]> seeds;
    private final List<byte[]> all;
    private final FuzzDictionary dictionary;
    private final int largest;

    Mutator(FuzzCorpus corpus, FuzzDictionary dictionary) {
        this.seeds = List.copyOf(corpus.seeds().values());
        this.all = List.copyOf(corpus.all());
        this.dictionary = dictionary;
        this.largest =
                MOST_GROWTH + all.stream().mapToInt(input -> input.length).max().orElseThrow();
    }

    /** {@return an input of the corpus, changed} */
    byte[] next(Random random) {
        var input = pick(random);
        var changes = 1;
        while (changes < MOST_CHANGES && random.nextInt(2) == 0) {
            changes++;
        }
        for (var i = 0; i < changes; i++) {
            input = change(input, random);
        }
        return input.length > largest ? Arrays.copyOf(input, largest) : input;
    }

    /** Mostly what the parser takes: what it refuses anyhow hides what is changed in it. */
    private byte[] pick(Random random) {
        var from = random.nextInt(4) == 0 ? all : seeds;
        return from.get(random.nextInt(from.size()));
    }

    private byte[] change(byte[] input, Random random) {
        if (input.length == 0) {
            return insertRandom(input, 0, random);
        }
        if (!dictionary.tokens().isEmpty() && random.nextInt(3) == 0) {
            return withToken(input, random);
        }
        if (dictionary.text() && random.nextInt(3) == 0) {
            return TextChanges.change(input, random);
        }
        var at = random.nextInt(input.length);
        var length = Math.min(input.length - at, 1 + random.nextInt(MOST_BLOCK));
        return switch (random.nextInt(12)) {
            case 0 -> set(input, at, input[at] ^ 1 << random.nextInt(8));
            case 1 -> set(input, at, BYTES[random.nextInt(BYTES.length)]);
            case 2 -> set(input, at, random.nextInt());
            case 3 -> set(input, at, input[at] + (random.nextBoolean() ? 1 : -1) * (1 + random.nextInt(16)));
            case 4, 5 -> number(input, at, random);
            case 6 -> random.nextInt(4) == 0 ? Arrays.copyOf(input, at) : replace(input, at, length, new byte[0]);
            case 7 -> insertRandom(input, at, random);
            case 8 -> replace(input, at, 0, Arrays.copyOfRange(input, at, at + length));
            case 9 -> overwrite(input, random.nextInt(input.length), Arrays.copyOfRange(input, at, at + length));
            case 10 -> splice(input, at, pick(random), random);
            default -> fill(input, at, length, random);
        };
    }

    private byte[] withToken(byte[] input, Random random) {
        var token = dictionary.tokens().get(random.nextInt(dictionary.tokens().size()));
        var at = random.nextInt(input.length);
        return switch (random.nextInt(3)) {
            case 0 -> replace(input, at, 0, token);
            case 1 -> replace(input, at, Math.min(input.length - at, random.nextInt(12)), token);
            default -> overwrite(input, at, token);
        };
    }

    private static byte[] set(byte[] input, int at, int value) {
        var changed = input.clone();
        changed[at] = (byte) value;
        return changed;
    }

    /** Puts in an end of a range, or moves the number that is there a little, as 16, 32 or 64 bits in either order. */
    private static byte[] number(byte[] input, int at, Random random) {
        var size = 2 << random.nextInt(3);
        if (input.length < size) {
            return set(input, at, 0xFF);
        }
        // Formats align their numbers, most of them.
        var start = Math.min(random.nextInt(4) == 0 ? at : at / size * size, input.length - size);
        var changed = input.clone();
        var buffer =
                ByteBuffer.wrap(changed).order(random.nextInt(3) == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        var move = random.nextInt(3) == 0;
        var value = NUMBERS[random.nextInt(NUMBERS.length)];
        var step = random.nextInt(33) - 16;
        switch (size) {
            case 2 -> buffer.putShort(start, (short) (move ? buffer.getShort(start) + step : value));
            case 4 -> buffer.putInt(start, move ? buffer.getInt(start) + step : (int) value);
            default -> buffer.putLong(start, move ? buffer.getLong(start) + step : value);
        }
        return changed;
    }

    private static byte[] insertRandom(byte[] input, int at, Random random) {
        var added = new byte[1 + random.nextInt(16)];
        random.nextBytes(added);
        return replace(input, at, 0, added);
    }

    private static byte[] fill(byte[] input, int at, int length, Random random) {
        var changed = input.clone();
        Arrays.fill(changed, at, at + length, (byte) BYTES[random.nextInt(BYTES.length)]);
        return changed;
    }

    /** The beginning of one input and the end of another. */
    private static byte[] splice(byte[] input, int at, byte[] other, Random random) {
        var from = random.nextBoolean() ? Math.min(at, other.length) : random.nextInt(other.length + 1);
        return replace(input, at, input.length - at, Arrays.copyOfRange(other, from, other.length));
    }

    private static byte[] overwrite(byte[] input, int at, byte[] with) {
        return replace(input, at, Math.min(input.length - at, with.length), with);
    }

    /** {@return {@code input} with {@code added} in the place of {@code removed} bytes} */
    static byte[] replace(byte[] input, int at, int removed, byte[] added) {
        var out = new ByteArrayOutputStream(input.length - removed + added.length);
        out.write(input, 0, at);
        out.writeBytes(added);
        out.write(input, at + removed, input.length - at - removed);
        return out.toByteArray();
    }
}
