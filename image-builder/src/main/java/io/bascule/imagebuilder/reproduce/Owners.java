package io.bascule.imagebuilder.reproduce;

import io.bascule.imagebuilder.erofs.read.ErofsReader;
import io.bascule.imagebuilder.verity.VerityFacts;
import io.bascule.imagebuilder.verity.VerityPlace;
import io.bascule.partitionlayout.BlockDevice;
import io.bascule.partitionlayout.MalformedFormatException;
import io.bascule.partitionlayout.uki.PeFormat;
import io.bascule.partitionlayout.uki.UkiReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Finds out what a byte of an image belongs to, from the outermost structure to the innermost. */
public final class Owners {
    private Owners() {}

    /**
     * {@return who owns the byte at {@code offset} of a disk, an EROFS, a dm-verity hash device or a UKI: at least one}
     *
     * <p>What kind of image it is, is seen from its bytes. Where a structure cannot be read the last owner says why.
     *
     * @throws IOException if reading fails
     */
    public static List<Owner> of(BlockDevice image, long offset) throws IOException {
        try {
            if (ErofsReader.recognizes(image)) {
                return List.of(ErofsOwners.find(image, offset));
            }
            if (VerityFacts.isOne(image)) {
                return List.of(verity(image, offset));
            }
            if (isProgram(image)) {
                return List.of(uki(image, offset));
            }
            return DiskOwners.find(image, offset);
        } catch (MalformedFormatException e) {
            return List.of(Owner.of(Owner.Kind.UNKNOWN, String.valueOf(e.getMessage()), offset));
        }
    }

    private static boolean isProgram(BlockDevice image) throws IOException {
        if (image.size().bytes() < PeFormat.PE_OFFSET_AT) {
            return false;
        }
        var magic = ByteBuffer.allocate(Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        image.read(0, magic);
        return (magic.getShort(0) & 0xFFFF) == PeFormat.DOS_MAGIC;
    }

    static Owner verity(BlockDevice device, long offset) throws IOException {
        if (offset < VerityPlace.BLOCK) {
            return Owner.of(Owner.Kind.VERITY_SUPERBLOCK, "", offset);
        }
        return VerityPlace.of(device, offset)
                .map(place -> Owner.of(
                        Owner.Kind.VERITY_HASH,
                        "level " + place.level() + " of " + place.levels() + " from the root down, block "
                                + place.block() + ", hash " + place.hash(),
                        offset % VerityPlace.BLOCK))
                .orElseGet(() -> Owner.of(Owner.Kind.VERITY_END, "", offset));
    }

    static Owner uki(BlockDevice image, long offset) throws IOException {
        var header = UkiReader.header(image);
        for (var section : header.sections()) {
            var within = offset - section.rawPointer();
            if (within >= 0 && within < section.rawSize()) {
                return Owner.of(Owner.Kind.UKI_SECTION, section.name(), within);
            }
        }
        return offset < header.sizeOfHeaders()
                ? Owner.of(Owner.Kind.UKI_HEADERS, "", offset)
                : Owner.of(Owner.Kind.UKI_REST, "", offset);
    }
}
