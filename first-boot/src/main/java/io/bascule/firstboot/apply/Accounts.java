package io.bascule.firstboot.apply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The users and groups of a host: {@code /etc/passwd} and {@code /etc/group}, passwd(5) and group(5). */
record Accounts(Map<String, Account> users, Map<String, Integer> groups) {
    /** One user. */
    record Account(int uid, int gid, String home) {}

    private static final int PASSWD_FIELDS = 7;
    private static final int GROUP_FIELDS = 4;

    static Accounts of(Path root) throws IOException {
        var users = new HashMap<String, Account>();
        for (var line : lines(root.resolve("etc/passwd"))) {
            var fields = line.split(":", -1);
            if (fields.length == PASSWD_FIELDS) {
                number(fields[2])
                        .ifPresent(uid -> number(fields[3])
                                .ifPresent(gid -> users.putIfAbsent(fields[0], new Account(uid, gid, fields[5]))));
            }
        }
        var groups = new HashMap<String, Integer>();
        for (var line : lines(root.resolve("etc/group"))) {
            var fields = line.split(":", -1);
            if (fields.length == GROUP_FIELDS) {
                number(fields[2]).ifPresent(gid -> groups.putIfAbsent(fields[0], gid));
            }
        }
        return new Accounts(users, groups);
    }

    private static Iterable<String> lines(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
    }

    private static Optional<Integer> number(String text) {
        try {
            return Optional.of(Integer.parseUnsignedInt(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** {@return the number that {@code nameOrId} means} */
    Optional<Integer> uid(String nameOrId) {
        var user = users.get(nameOrId);
        return user == null ? number(nameOrId) : Optional.of(user.uid());
    }

    /** {@return the number that {@code nameOrId} means} */
    Optional<Integer> gid(String nameOrId) {
        var group = groups.get(nameOrId);
        return group == null ? number(nameOrId) : Optional.of(group);
    }
}
