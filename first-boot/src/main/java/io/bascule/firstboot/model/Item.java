package io.bascule.firstboot.model;

import io.bascule.firstboot.document.Place;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** One thing that is to be done to a host, and where that was said. */
public sealed interface Item {
    Place place();

    /** {@return what it is about, so that two about the same can be found: a path, or a kind and a name} */
    String subject();

    /** The name of the host. */
    record Hostname(Place place, String name) implements Item {
        @Override
        public String subject() {
            return "the hostname";
        }
    }

    /**
     * A group that has to be there.
     *
     * @param members users that are to be in it besides those that say so themselves
     */
    record Group(Place place, String name, OptionalLong gid, boolean system, List<String> members) implements Item {
        public Group {
            members = List.copyOf(members);
        }

        @Override
        public String subject() {
            return "group " + name;
        }
    }

    /**
     * A user that has to be there.
     *
     * @param passwordHash as crypt(5) has it; absent for a user who has none and logs in by key
     * @param home its home folder; absent for {@code /home/NAME}
     * @param primaryGroup absent for a group of its own with its name
     * @param groups others that it is in; each has to be on the host or in the configuration
     */
    record User(
            Place place,
            String name,
            OptionalLong uid,
            Optional<String> passwordHash,
            List<String> sshKeys,
            Optional<String> gecos,
            Optional<HostPath> home,
            boolean createHome,
            Optional<String> primaryGroup,
            List<String> groups,
            Optional<String> shell,
            boolean system)
            implements Item {
        public User {
            sshKeys = List.copyOf(sshKeys);
            groups = List.copyOf(groups);
        }

        @Override
        public String subject() {
            return "user " + name;
        }
    }

    /**
     * A folder that has to be there.
     *
     * @param mode permissions, at most 07777; absent for 0755, or for what it has
     */
    record Folder(Place place, HostPath path, OptionalInt mode, Owner owner) implements Item {
        @Override
        public String subject() {
            return path.toString();
        }
    }

    /**
     * A file.
     *
     * @param contents absent if what is there is only appended to
     * @param appended put behind the contents
     * @param mode permissions, at most 07777; absent for 0644, or for what it has
     * @param overwrite whether a file of the image or of the admin with other contents may be replaced
     */
    record File(
            Place place,
            HostPath path,
            Optional<FileContent> contents,
            List<FileContent> appended,
            OptionalInt mode,
            Owner owner,
            boolean overwrite)
            implements Item {
        public File {
            appended = List.copyOf(appended);
        }

        @Override
        public String subject() {
            return path.toString();
        }
    }

    /**
     * A link.
     *
     * @param target of a symbolic link as it is; of a hard link the path of a file
     * @param overwrite whether what is there may be replaced
     */
    record Link(Place place, HostPath path, String target, boolean hard, Owner owner, boolean overwrite)
            implements Item {
        @Override
        public String subject() {
            return path.toString();
        }
    }

    /**
     * A unit of systemd.
     *
     * @param contents absent for a unit that the image has
     * @param enabled whether it starts at boot; absent to leave that as it is
     */
    record Unit(
            Place place,
            String name,
            Optional<String> contents,
            List<DropIn> dropIns,
            Optional<Boolean> enabled,
            boolean mask)
            implements Item {
        public Unit {
            dropIns = List.copyOf(dropIns);
        }

        @Override
        public String subject() {
            return "unit " + name;
        }
    }

    /** A file in the {@code .d} folder of a unit. */
    record DropIn(String name, String contents) {}

    /**
     * A network interface.
     *
     * @param name what the document calls it: letters, digits and {@code . _ -}
     * @param match which one it is
     * @param rename what it is to be called
     * @param addresses each with its prefix length, like {@code 192.0.2.1/24}
     * @param required whether the boot waits for it to be online
     */
    record Interface(
            Place place,
            String name,
            Match match,
            Optional<String> rename,
            boolean dhcp4,
            boolean dhcp6,
            Optional<Boolean> acceptRouterAdvertisements,
            List<String> addresses,
            List<Route> routes,
            List<String> nameservers,
            List<String> searchDomains,
            OptionalInt mtu,
            boolean required)
            implements Item {
        public Interface {
            addresses = List.copyOf(addresses);
            routes = List.copyOf(routes);
            nameservers = List.copyOf(nameservers);
            searchDomains = List.copyOf(searchDomains);
        }

        @Override
        public String subject() {
            return "interface " + name;
        }
    }

    /**
     * Which network interface is meant.
     *
     * @param mac in lower case with colons
     * @param name may have {@code *}
     */
    record Match(Optional<String> mac, Optional<String> name) {}

    /**
     * A route.
     *
     * @param destination absent for the default route
     * @param gateway absent for what is reached directly
     */
    record Route(Optional<String> destination, Optional<String> gateway, OptionalLong metric, boolean onLink) {}
}
