package io.bascule.partitionlayout.gpt;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Partition types of the <a
 * href="https://uapi-group.org/specifications/specs/discoverable_partitions_specification/">Discoverable Partitions
 * Specification</a> that we make or meet. Constants are named as there ({@code SD_GPT_…}). A disk may hold any other
 * type too: a {@link PartitionEntry} carries the {@link Guid}.
 */
public enum PartitionType {
    ESP("c12a7328-f81f-11d2-ba4b-00a0c93ec93b"),
    XBOOTLDR("bc13c2ff-59e6-4262-a352-b275fd6f7172"),
    SWAP("0657fd6d-a4ab-43c4-84e5-0933c84b4f4f"),
    HOME("933ac7e1-2eb4-4f13-b844-0e14e2aef915"),
    SRV("3b8f8425-20e0-4f3b-907f-1a25a76f98e8"),
    VAR("4d21b016-b534-45c2-a9fb-5c16e091fd2d"),
    TMP("7ec6f557-3bc5-4aca-b293-16ef5df639d1"),
    LINUX_GENERIC("0fc63daf-8483-4772-8e79-3d69d8477de4"),
    ROOT_X86_64("4f68bce3-e8cd-4db1-96e7-fbcaf984b709"),
    ROOT_X86_64_VERITY("2c7357ed-ebd2-46d9-aec1-23d437ec2bf5"),
    ROOT_X86_64_VERITY_SIG("41092b05-9fc8-4523-994f-2def0408b176"),
    ROOT_ARM64("b921b045-1df0-41c3-af44-4c6f280d3fae"),
    ROOT_ARM64_VERITY("df3300ce-d69f-4c92-978c-9bfb0f38d820"),
    ROOT_ARM64_VERITY_SIG("6db69de6-29f4-4758-a7a5-962190f00ce3"),
    USR_X86_64("8484680c-9521-48c6-9c11-b0720656f69e"),
    USR_X86_64_VERITY("77ff5f63-e7b6-4633-acf4-1565b864c0e6"),
    USR_X86_64_VERITY_SIG("e7bb33fb-06cf-4e81-8273-e543b413e2e2"),
    USR_ARM64("b0e01050-ee5f-4390-949a-9101b17104e9"),
    USR_ARM64_VERITY("6e11a4e7-fbca-4ded-b9e9-e1a512bb664e"),
    USR_ARM64_VERITY_SIG("c23ce4ff-44bd-4b00-b2d4-b41b3419e02a");

    private static final Map<Guid, PartitionType> BY_GUID =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(PartitionType::guid, Function.identity()));

    // Two longs are as immutable as can be; Error Prone would want its own annotation to see it.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Guid guid;

    PartitionType(String guid) {
        this.guid = Guid.parse(guid);
    }

    public Guid guid() {
        return guid;
    }

    /** {@return the type of that GUID, or nothing if it is none of ours} */
    public static Optional<PartitionType> of(Guid guid) {
        return Optional.ofNullable(BY_GUID.get(guid));
    }
}
