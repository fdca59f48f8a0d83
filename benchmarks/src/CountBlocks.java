import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** {@code CountBlocks A B}: how many blocks of 4 KiB of B differ from what A has at the same place. */
final class CountBlocks {
    private static final int BLOCK = 4096;

    public static void main(String[] args) throws IOException {
        var different = 0L;
        try (var a = Files.newInputStream(Path.of(args[0]));
                var b = Files.newInputStream(Path.of(args[1]))) {
            for (byte[] block; (block = b.readNBytes(BLOCK)).length > 0; ) {
                if (!Arrays.equals(block, a.readNBytes(BLOCK))) {
                    different++;
                }
            }
        }
        System.out.println(different);
    }
}
