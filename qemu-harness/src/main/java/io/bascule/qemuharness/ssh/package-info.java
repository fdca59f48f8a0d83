/**
 * Commands on a guest by ssh: a {@link io.bascule.qemuharness.ssh.SshKey} to let in, and a {@link
 * io.bascule.qemuharness.ssh.SshSession} that waits for the guest to answer.
 */
@NullMarked
package io.bascule.qemuharness.ssh;

import org.jspecify.annotations.NullMarked;
