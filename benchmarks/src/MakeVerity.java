import io.bascule.imagebuilder.verity.VeritySalt;
import io.bascule.imagebuilder.verity.VerityWriter;
import io.bascule.partitionlayout.FileBlockDevice;
import java.nio.file.Path;
import java.util.UUID;

/** {@code MakeVerity IMAGE HASHES}: the dm-verity tree alone; prints the root hash. */
final class MakeVerity {
    public static void main(String[] args) throws Exception {
        try (var data = FileBlockDevice.openReadOnly(Path.of(args[0]));
                var hashes = FileBlockDevice.create(Path.of(args[1]), VerityWriter.hashSize(data.size()))) {
            var root = VerityWriter.write(
                    data,
                    hashes,
                    UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
                    VeritySalt.of(new byte[32]),
                    Runtime.getRuntime().availableProcessors());
            System.out.println(root.hex());
        }
    }
}
