package io.bascule.firstboot.apply;

import io.bascule.firstboot.model.Item;

/** Items in words, for people at a console. Neither contents nor password hashes are shown. */
final class Descriptions {
    private Descriptions() {}

    static String of(Item item) {
        return switch (item) {
            case Item.Hostname hostname -> "hostname " + hostname.name();
            case Item.Group group -> "group " + group.name();
            case Item.User user ->
                "user " + user.name() + keys(user.sshKeys().size())
                        + (user.passwordHash().isPresent() ? ", with a password" : "")
                        + (user.groups().isEmpty() ? "" : ", in " + String.join(", ", user.groups()));
            case Item.Folder folder -> "folder " + folder.path();
            case Item.File file ->
                "file " + file.path()
                        + file.contents().map(content -> ", " + content).orElse("")
                        + (file.appended().isEmpty() ? "" : ", appended to");
            case Item.Link link -> "link " + link.path() + " -> " + link.target();
            case Item.Unit unit ->
                "unit " + unit.name()
                        + (unit.mask() ? ", masked" : "")
                        + unit.enabled()
                                .map(enabled -> enabled ? ", enabled" : ", disabled")
                                .orElse("")
                        + (unit.dropIns().isEmpty() ? "" : ", " + unit.dropIns().size() + " drop-in(s)");
            case Item.Interface network ->
                "interface "
                        + network.match().mac().or(() -> network.match().name()).orElse(network.name())
                        + network.rename().map(name -> ", called " + name).orElse("")
                        + (network.dhcp4() || network.dhcp6() ? ", DHCP" : "")
                        + (network.addresses().isEmpty() ? "" : ", " + String.join(", ", network.addresses()));
        };
    }

    private static String keys(int count) {
        return switch (count) {
            case 0 -> "";
            case 1 -> ", 1 ssh key";
            default -> ", " + count + " ssh keys";
        };
    }
}
