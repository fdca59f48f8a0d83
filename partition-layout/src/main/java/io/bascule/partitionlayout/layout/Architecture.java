package io.bascule.partitionlayout.layout;

import io.bascule.partitionlayout.gpt.PartitionType;

/** The processors there are boards for, as far as the disk shows them: in the types of the slots' partitions. */
public enum Architecture {
    X86_64(PartitionType.USR_X86_64, PartitionType.USR_X86_64_VERITY),
    ARM64(PartitionType.USR_ARM64, PartitionType.USR_ARM64_VERITY);

    private final PartitionType usr;
    private final PartitionType usrVerity;

    Architecture(PartitionType usr, PartitionType usrVerity) {
        this.usr = usr;
        this.usrVerity = usrVerity;
    }

    public PartitionType usr() {
        return usr;
    }

    public PartitionType usrVerity() {
        return usrVerity;
    }
}
