package io.bascule.imagebuilder;

import java.util.List;

/**
 * What a build would do, found out without doing it.
 *
 * @param board name of the board
 * @param version of the release
 * @param target where the release would go
 * @param sources where the files would come from, as the board names them
 * @param suite release of Debian; empty if it is not among the sources
 * @param mirrors where its packages would come from; none if they are locked
 * @param packages that the board names
 * @param imageBytes size of the disk image; it takes less space, being sparse
 * @param minimumDiskBytes the smallest disk that a host can have
 * @param signedBy ids of the keys that would sign; none if there would be no payload
 * @param expires when the release would expire, ISO 8601 in UTC; empty if it is not signed
 * @param formats that the disk would be written in
 */
public record BuildPlan(
        String board,
        String version,
        String target,
        List<String> sources,
        String suite,
        List<String> mirrors,
        List<String> packages,
        long imageBytes,
        long minimumDiskBytes,
        List<String> signedBy,
        String expires,
        List<String> formats) {

    /** {@return the plan in a few lines for people} */
    public String describe() {
        return """
                would build %s %s
                  to        %s
                  from      %s
                  image     %d MiB, for disks from %d MiB
                  as        %s
                  signed    %s""".formatted(
                        board,
                        version,
                        target,
                        String.join(
                                "\n            then ",
                                sources.stream().map(this::describe).toList()),
                        imageBytes >> 20,
                        minimumDiskBytes >> 20,
                        String.join(", ", formats),
                        signedBy.isEmpty()
                                ? "by nobody: no payload, and hosts will not take it as an update"
                                : "by " + String.join(" and ", signedBy) + ", expires " + expires);
    }

    private String describe(String source) {
        return source.equals("debian")
                ? "Debian " + suite + ", " + packages.size() + " packages named, "
                        + (mirrors.isEmpty() ? "all as locked" : String.join(" and ", mirrors))
                : source;
    }
}
