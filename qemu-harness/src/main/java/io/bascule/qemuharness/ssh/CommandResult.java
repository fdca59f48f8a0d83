package io.bascule.qemuharness.ssh;

/**
 * How a command on the guest ended.
 *
 * @param exitStatus 0 to 255
 * @param stdout its standard output, taken as UTF-8
 * @param stderr its standard error, taken as UTF-8
 */
public record CommandResult(int exitStatus, String stdout, String stderr) {}
