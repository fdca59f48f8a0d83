package io.bascule.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bascule.signing.DevelopmentKeys;
import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.KeyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bascule keys new}. */
@Command(
        name = "new",
        description = {
            "Makes a pair of development keys and a keyring that trusts it alone.",
            "Writes NAME.key (private, for its owner only), NAME.pub and keyring.json; nothing is overwritten."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The files are what openssl reads and writes (PKCS#8 and SubjectPublicKeyInfo in PEM).",
            "",
            "Examples:",
            "  bascule keys new --out keys",
            "  bascule keys show keys/keyring.json",
            "  bascule keys new --out anna --name anna --encrypt"
        })
final class KeysNewCommand implements Callable<Integer> {
    @Option(names = "--out", paramLabel = "FOLDER", description = "Where the files go; default: ${DEFAULT-VALUE}.")
    private Path out = Path.of("keys");

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the files; default: ${DEFAULT-VALUE}.")
    private String name = "development";

    @Option(
            names = "--algorithm",
            paramLabel = "ALGORITHM",
            description = "rsa-4096, rsa-2048 or p256; default: ${DEFAULT-VALUE}.")
    private String algorithm = KeyAlgorithm.RSA_4096.text();

    @Option(names = "--encrypt", description = "Put the private key under a passphrase, which signing then needs.")
    private boolean encrypt;

    @Mixin
    private PassphraseOption passphrases = new PassphraseOption();

    @Option(names = "--json", description = "Print the result as JSON on standard output.")
    private boolean json;

    @Override
    public Integer call() throws CliFailure, IOException {
        var kind = algorithm(algorithm);
        if (passphrases.named() && !encrypt) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "--passphrase-file without --encrypt: the key would not be under the passphrase",
                    "add --encrypt, or leave the file out");
        }
        DevelopmentKeys keys;
        try {
            var passphrase = encrypt
                    ? Optional.of(passphrases.newPassphrase(out.resolve(name + KeyFile.PRIVATE_SUFFIX)))
                    : Optional.<char[]>empty();
            keys = DevelopmentKeys.create(out, name, kind, passphrase);
            passphrase.ifPresent(characters -> Arrays.fill(characters, '\0'));
        } catch (IllegalArgumentException e) {
            throw new CliFailure(ExitCode.USAGE, "--name: " + e.getMessage(), "", e);
        }
        if (json) {
            System.out.println(new ObjectMapper()
                    .createObjectNode()
                    .put("keyId", keys.keyId().toString())
                    .put("algorithm", kind.text())
                    .put("protected", encrypt)
                    .put("privateKey", keys.privateKey().toString())
                    .put("publicKey", keys.publicKey().toString())
                    .put("keyring", keys.keyringFile().toString())
                    .toPrettyString());
            return ExitCode.OK.number();
        }
        System.out.printf(
                Locale.ROOT,
                """
                %s  the private key: who has it%s can sign for all hosts that trust it
                %s  its public half, key %s
                %s  the keyring for images: releases need one signature, by this key

                These are DEVELOPMENT keys: one file is enough to sign. Use them on virtual machines and test hosts.
                Keep the private key out of the repository, of backups that others read, and of every image (bascule
                puts only the keyring into images). Do not lose it: a host takes only what its keyring trusts.

                Next: bascule build BOARD --version VERSION --out releases --key %s
                """,
                keys.privateKey(),
                encrypt ? " and its passphrase" : "",
                keys.publicKey(),
                keys.keyId(),
                keys.keyringFile(),
                keys.privateKey());
        return ExitCode.OK.number();
    }

    /** {@return what the option {@code --algorithm} says} */
    static KeyAlgorithm algorithm(String text) throws CliFailure {
        return KeyAlgorithm.ofText(text)
                .orElseThrow(() -> new CliFailure(
                        ExitCode.USAGE,
                        "--algorithm: '" + text + "' is not known",
                        "it must be rsa-4096, rsa-2048 or p256"));
    }
}
