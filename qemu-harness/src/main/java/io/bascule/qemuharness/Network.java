package io.bascule.qemuharness;

/** How the guest is connected. */
public sealed interface Network {
    /** No network card. */
    record None() implements Network {}

    /**
     * QEMU's user networking: out to what the host reaches, and in only to the guest's port 22, from the host's loopback.
     *
     * @param sshPort the port on 127.0.0.1 that leads to the guest's ssh, 1 to 65535; 0 lets QEMU take a free one, which
     *     {@link Vm#sshPort} tells
     */
    record User(int sshPort) implements Network {
        public User {
            if (sshPort < 0 || sshPort > 65535) {
                throw new IllegalArgumentException("sshPort must be from 0 to 65535: " + sshPort);
            }
        }
    }

    static Network none() {
        return new None();
    }

    /** {@return user networking, with ssh on a free port of the host} */
    static Network user() {
        return new User(0);
    }
}
