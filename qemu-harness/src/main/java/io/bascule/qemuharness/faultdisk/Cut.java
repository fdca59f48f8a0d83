package io.bascule.qemuharness.faultdisk;

import io.bascule.partitionlayout.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Writes to the base what a power cut leaves of the writes that were held. */
final class Cut {
    private final BlockDevice base;
    private final Survival survival;
    private long unflushed;
    private long lost;

    private Cut(BlockDevice base, Survival survival) {
        this.base = base;
        this.survival = survival;
    }

    /** Decides about one sector of one write; asked in the order of windows, in each in the order of writes. */
    @FunctionalInterface
    private interface Survival {
        /**
         * @param sector counted from the first of the write
         * @param version 1 for the first write to the sector, 2 for the second
         */
        boolean survives(HeldWrites.Write write, long sector, int version);
    }

    static PowerLoss apply(CutPolicy policy, HeldWrites held, BlockDevice base) throws IOException {
        var cut = new Cut(base, survival(policy, held.count()));
        for (var window : held.windows().entrySet()) {
            cut.window(window.getKey() * HeldWrites.WINDOW, window.getValue());
        }
        return new PowerLoss(cut.unflushed, cut.lost);
    }

    private static Survival survival(CutPolicy policy, long writes) {
        return switch (policy) {
            case CutPolicy.DropAll drop -> (write, sector, version) -> false;
            case CutPolicy.Subset subset -> {
                var random = new SplittableRandom(subset.seed());
                // The n-th version replaces what was chosen of those before with a chance of 1 in n + 1: all are equal.
                yield (write, sector, version) -> random.nextInt(version + 1) == 0;
            }
            case CutPolicy.Torn tear -> {
                var random = new SplittableRandom(tear.seed());
                var last = writes == 0 ? 0 : random.nextLong(writes);
                var fraction = random.nextDouble();
                yield (write, sector, version) ->
                        write.order() < last || (write.order() == last && sector < tear(write, fraction));
            }
        };
    }

    /** {@return how many sectors of a torn write are there: neither none nor all, if it has more than one} */
    private static long tear(HeldWrites.Write write, double fraction) {
        var sectors = write.length() / FaultDisk.SECTOR;
        return sectors == 1 ? Math.round(fraction) : 1 + (long) (fraction * (sectors - 1));
    }

    private void window(long start, Iterable<HeldWrites.Piece> pieces) throws IOException {
        var before = new byte[(int) Math.min(HeldWrites.WINDOW, base.size().bytes() - start)];
        base.read(start, ByteBuffer.wrap(before));
        var last = before.clone();
        var left = before.clone();
        var versions = new int[before.length / FaultDisk.SECTOR];
        for (var piece : pieces) {
            piece.copyTo(ByteBuffer.wrap(last), 0, start, start + last.length);
            for (var at = piece.position(); at < piece.end(); at += FaultDisk.SECTOR) {
                var index = (int) (at - start);
                var version = ++versions[index / FaultDisk.SECTOR];
                if (survival.survives(piece.write(), (at - piece.write().position()) / FaultDisk.SECTOR, version)) {
                    piece.copyTo(ByteBuffer.wrap(left), index, at, at + FaultDisk.SECTOR);
                }
            }
        }
        for (var sector = 0; sector < versions.length; sector++) {
            unflushed += versions[sector] == 0 ? 0 : 1;
            lost += isSame(last, left, sector) ? 0 : 1;
        }
        writeChanges(start, before, left);
    }

    private void writeChanges(long start, byte[] before, byte[] left) throws IOException {
        var sectors = before.length / FaultDisk.SECTOR;
        for (var sector = 0; sector < sectors; sector++) {
            var first = sector;
            while (sector < sectors && !isSame(before, left, sector)) {
                sector++;
            }
            if (sector > first) {
                var from = first * FaultDisk.SECTOR;
                base.write(start + from, ByteBuffer.wrap(left, from, (sector - first) * FaultDisk.SECTOR));
            }
        }
    }

    private static boolean isSame(byte[] one, byte[] other, int sector) {
        var from = sector * FaultDisk.SECTOR;
        var to = from + FaultDisk.SECTOR;
        return Arrays.equals(one, from, to, other, from, to);
    }
}
