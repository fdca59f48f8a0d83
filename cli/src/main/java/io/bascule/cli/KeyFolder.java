package io.bascule.cli;

import io.bascule.signing.ForeignText;
import io.bascule.signing.KeyAlgorithm;
import io.bascule.signing.KeyFile;
import io.bascule.signing.KeyFileException;
import io.bascule.signing.KeyFileFacts;
import io.bascule.signing.KeyId;
import io.bascule.signing.Keyring;
import io.bascule.signing.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The keys and keyrings in a folder. */
final class KeyFolder {
    private static final String KEYRING_SUFFIX = ".json";

    private KeyFolder() {}

    /** A file of the folder. */
    sealed interface Item {
        String name();
    }

    /**
     * A key.
     *
     * @param isProtected by a passphrase
     * @param algorithm empty if it cannot be told
     * @param id empty if it cannot be told
     * @param comment that a keyring of the folder has for it; empty if there is none
     */
    record KeyItem(String name, boolean isPrivate, boolean isProtected, String algorithm, String id, String comment)
            implements Item {}

    /**
     * A keyring.
     *
     * @param keys how many there are in it
     * @param roles how many of how many must sign, in words
     */
    record KeyringItem(String name, long version, int keys, String roles) implements Item {}

    /**
     * A file that by its name should be one of them and is not.
     *
     * @param problem a line
     */
    record OtherItem(String name, String problem) implements Item {}

    /** {@return what is in the folder, by name} */
    static List<Item> list(Path folder) throws IOException {
        List<Path> files;
        try (var all = Files.list(folder)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> Stream.of(KeyFile.PRIVATE_SUFFIX, KeyFile.PUBLIC_SUFFIX, KEYRING_SUFFIX)
                            .anyMatch(file.toString()::endsWith))
                    .sorted()
                    .toList();
        }
        Map<KeyId, String> comments = new HashMap<>();
        Map<Path, Item> keyrings = new HashMap<>();
        for (var file : files) {
            if (file.toString().endsWith(KEYRING_SUFFIX)) {
                keyrings.put(file, keyring(file, comments));
            }
        }
        var items = new ArrayList<Item>();
        for (var file : files) {
            var keyring = keyrings.get(file);
            items.add(keyring == null ? key(file, comments) : keyring);
        }
        return items;
    }

    private static Item keyring(Path file, Map<KeyId, String> comments) throws IOException {
        try {
            var keyring = InputFile.keyring(file);
            keyring.keys().forEach((id, key) -> comments.putIfAbsent(id, key.comment()));
            return new KeyringItem(
                    name(file),
                    keyring.version(),
                    keyring.keys().size(),
                    Stream.of(Role.values()).map(role -> words(keyring, role)).collect(Collectors.joining(", ")));
        } catch (CliFailure e) {
            return new OtherItem(name(file), String.valueOf(e.getMessage()));
        }
    }

    private static String words(Keyring keyring, Role role) {
        var filled = keyring.roleKeys(role);
        return role.text() + ": " + filled.threshold() + " of " + filled.keys().size();
    }

    private static Item key(Path file, Map<KeyId, String> comments) throws IOException {
        try {
            var facts = KeyFileFacts.read(file);
            return new KeyItem(
                    name(file),
                    facts.kind() != KeyFileFacts.Kind.PUBLIC,
                    facts.kind() == KeyFileFacts.Kind.PRIVATE_WITH_PASSPHRASE,
                    facts.algorithm().map(KeyAlgorithm::text).orElse(""),
                    facts.id().map(KeyId::toString).orElse(""),
                    facts.id().map(comments::get).orElse(""));
        } catch (KeyFileException e) {
            return new OtherItem(name(file), String.valueOf(e.getMessage()));
        }
    }

    private static String name(Path file) {
        return ForeignText.printable(String.valueOf(file.getFileName()));
    }
}
