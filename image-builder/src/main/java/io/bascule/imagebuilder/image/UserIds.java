package io.bascule.imagebuilder.image;

import io.bascule.imagebuilder.BuildException;
import io.bascule.imagebuilder.tree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The users and groups of an image. Files on STATE belong to their numbers, so a number may never come to mean somebody
 * else in a later release.
 *
 * @param users by name
 * @param groups by name
 */
public record UserIds(SortedMap<String, User> users, SortedMap<String, Group> groups) {

    /** A line of passwd(5), less what sysusers.d(5) cannot say. */
    public record User(long uid, long gid, String comment, String home, String shell) {}

    /** A line of group(5). */
    public record Group(long gid, List<String> members) {
        public Group {
            members = List.copyOf(members);
        }
    }

    /** @throws BuildException if a line of passwd or group is not one, or a name comes twice */
    public static UserIds read(FileTree tree) throws BuildException, IOException {
        var users = new TreeMap<String, User>();
        for (var field : lines(tree, "etc/passwd", 7)) {
            var user = new User(Long.parseLong(field[2]), Long.parseLong(field[3]), field[4], field[5], field[6]);
            if (users.put(field[0], user) != null) {
                throw broken("/etc/passwd in the tree has the user '" + field[0] + "' twice");
            }
        }
        var groups = new TreeMap<String, Group>();
        for (var field : lines(tree, "etc/group", 4)) {
            var members = Stream.of(field[3].split(","))
                    .filter(name -> !name.isEmpty())
                    .sorted()
                    .toList();
            if (groups.put(field[0], new Group(Long.parseLong(field[2]), members)) != null) {
                throw broken("/etc/group in the tree has the group '" + field[0] + "' twice");
            }
        }
        return new UserIds(users, groups);
    }

    /** {@return the number of each user, by name} */
    public SortedMap<String, Long> userNumbers() {
        var numbers = new TreeMap<String, Long>();
        users.forEach((name, user) -> numbers.put(name, user.uid()));
        return numbers;
    }

    /** {@return the number of each group, by name} */
    public SortedMap<String, Long> groupNumbers() {
        var numbers = new TreeMap<String, Long>();
        groups.forEach((name, group) -> numbers.put(name, group.gid()));
        return numbers;
    }

    private static BuildException broken(String problem) {
        return BuildException.badInput(problem, "a package of the board, or its script, wrote it");
    }

    /**
     * {@return the same as a file for {@code /usr/lib/sysusers.d}, so that a host whose admin changed {@code /etc/passwd}
     * still gets the users that a new release brings, with the numbers that its files have}
     */
    String toSysusers() {
        var text = new StringBuilder("# The users and groups of this image, with the numbers that its files have.\n");
        groups.forEach((name, group) ->
                text.append("g ").append(name).append(' ').append(group.gid()).append('\n'));
        users.forEach((name, user) -> text.append("u ")
                .append(name)
                .append(' ')
                .append(user.uid())
                .append(':')
                .append(user.gid())
                .append(" \"")
                .append(escape(user.comment()))
                .append("\" ")
                .append(user.home().isEmpty() ? "-" : escape(user.home()))
                .append(' ')
                .append(user.shell().isEmpty() ? "-" : escape(user.shell()))
                .append('\n'));
        groups.forEach((name, group) -> group.members()
                .forEach(member -> text.append("m ")
                        .append(member)
                        .append(' ')
                        .append(name)
                        .append('\n')));
        return text.toString();
    }

    /** For sysusers.d(5), where '%' begins a specifier. */
    private static String escape(String text) {
        return text.replace("\"", "").replace("\\", "").replace("%", "%%");
    }

    /** The highest number means "none" to Linux. */
    private static boolean isId(String text) {
        return text.matches("[0-9]{1,10}") && Long.parseLong(text) < 0xFFFF_FFFFL;
    }

    private static List<String[]> lines(FileTree tree, String path, int fields) throws BuildException, IOException {
        var lines = new ArrayList<String[]>();
        var file = tree.file(path).orElse(null);
        if (file == null) {
            return lines;
        }
        for (var line : new String(file.content().readAll(), StandardCharsets.UTF_8)
                .lines()
                .toList()) {
            var parts = line.split(":", -1);
            if (parts.length != fields
                    || !parts[0].matches("[^\\s%\"]+")
                    || !isId(parts[2])
                    || (fields == 7 && !isId(parts[3]))) {
                throw broken("/" + path + " in the tree has a line that is not one: '" + line + "'");
            }
            lines.add(parts);
        }
        return lines;
    }
}
