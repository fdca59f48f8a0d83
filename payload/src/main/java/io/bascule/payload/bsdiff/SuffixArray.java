package io.bascule.payload.bsdiff;

import java.util.Arrays;

/**
 * All suffixes of some bytes in their order, by induced sorting: Nong, Zhang and Chan, "Two Efficient Algorithms for Linear
 * Time Suffix Array Construction" (2011), in time and memory (13 bytes a byte) that do not depend on the contents.
 */
final class SuffixArray {
    private static final int BYTES = 256;

    private SuffixArray() {}

    /** {@return where each suffix begins, the least suffix first} */
    static int[] of(byte[] bytes) {
        var text = new int[bytes.length];
        for (var i = 0; i < text.length; i++) {
            text[i] = bytes[i] & 0xFF;
        }
        return new Sorter(text, BYTES - 1).sort();
    }

    /** Sorts the suffixes of a text of numbers from 0 to {@code largest}. */
    private static final class Sorter {
        private final int[] text;
        private final int length;
        private final int largest;

        /** Whether a suffix is less than the one that begins behind it. */
        private final boolean[] less;

        /** For each number, where the suffixes that begin with it, and are greater or less, have their place. */
        private final int[] greaterStart;

        private final int[] lessStart;
        private final int[] sorted;

        Sorter(int[] text, int largest) {
            this.text = text;
            this.length = text.length;
            this.largest = largest;
            this.less = new boolean[length];
            this.greaterStart = new int[largest + 2];
            this.lessStart = new int[largest + 1];
            this.sorted = new int[length];
        }

        int[] sort() {
            if (length == 0) {
                return sorted;
            }
            classify();
            var count = 0;
            for (var i = 1; i < length; i++) {
                if (isLocalLeast(i)) {
                    count++;
                }
            }
            var leasts = new int[count];
            var numberOf = new int[length];
            for (int i = 1, number = 0; i < length; i++) {
                if (isLocalLeast(i)) {
                    leasts[number] = i;
                    numberOf[i] = number++;
                }
            }
            induce(leasts);
            if (count > 1) {
                induce(inOrder(leasts, numberOf));
            }
            return sorted;
        }

        private boolean isLocalLeast(int at) {
            return at > 0 && less[at] && !less[at - 1];
        }

        private void classify() {
            for (var i = length - 2; i >= 0; i--) {
                less[i] = text[i] == text[i + 1] ? less[i + 1] : text[i] < text[i + 1];
            }
            for (var i = 0; i < length; i++) {
                if (less[i]) {
                    greaterStart[text[i] + 1]++;
                } else {
                    lessStart[text[i]]++;
                }
            }
            for (var i = 0; i <= largest; i++) {
                lessStart[i] += greaterStart[i];
                greaterStart[i + 1] += lessStart[i];
            }
        }

        /** From the order of the local leasts follows the order of all others. */
        private void induce(int[] leasts) {
            Arrays.fill(sorted, -1);
            var next = lessStart.clone();
            for (var at : leasts) {
                sorted[next[text[at]]++] = at;
            }
            next = greaterStart.clone();
            sorted[next[text[length - 1]]++] = length - 1;
            for (var i = 0; i < length; i++) {
                var before = sorted[i] - 1;
                if (before >= 0 && !less[before]) {
                    sorted[next[text[before]]++] = before;
                }
            }
            next = greaterStart.clone();
            for (var i = length - 1; i >= 0; i--) {
                var before = sorted[i] - 1;
                if (before >= 0 && less[before]) {
                    sorted[--next[text[before] + 1]] = before;
                }
            }
        }

        /** {@return the local leasts in the order of their suffixes}; those are in {@code sorted} by their first parts */
        private int[] inOrder(int[] leasts, int[] numberOf) {
            var byPart = new int[leasts.length];
            var found = 0;
            for (var at : sorted) {
                if (isLocalLeast(at)) {
                    byPart[found++] = at;
                }
            }
            var names = new int[leasts.length];
            var name = 0;
            for (var i = 1; i < byPart.length; i++) {
                if (!samePart(leasts, numberOf, byPart[i - 1], byPart[i])) {
                    name++;
                }
                names[numberOf[byPart[i]]] = name;
            }
            if (name == byPart.length - 1) {
                return byPart;
            }
            var order = new Sorter(names, name).sort();
            var inOrder = new int[leasts.length];
            for (var i = 0; i < inOrder.length; i++) {
                inOrder[i] = leasts[order[i]];
            }
            return inOrder;
        }

        /** {@return whether two local leasts have the same bytes up to, and with, the next local least} */
        private boolean samePart(int[] leasts, int[] numberOf, int one, int other) {
            var oneEnd = end(leasts, numberOf[one]);
            var otherEnd = end(leasts, numberOf[other]);
            if (oneEnd - one != otherEnd - other || oneEnd == length || otherEnd == length) {
                return false;
            }
            return Arrays.equals(text, one, oneEnd + 1, text, other, otherEnd + 1);
        }

        private int end(int[] leasts, int number) {
            return number + 1 < leasts.length ? leasts[number + 1] : length;
        }
    }
}
