package io.bascule.firstboot.cloud;

import io.bascule.firstboot.document.ConfigDocument;
import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.ConfigValue;
import io.bascule.firstboot.document.Place;
import io.bascule.firstboot.model.HostConfig;
import io.bascule.firstboot.model.Item;
import io.bascule.firstboot.model.Items;
import io.bascule.firstboot.model.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the files of a NoCloud drive.
 *
 * @see <a href="https://cloudinit.readthedocs.io/en/latest/reference/datasources/nocloud.html">NoCloud</a>
 */
public final class NoCloudReader {
    public static final String META_DATA = "meta-data";
    public static final String NETWORK_CONFIG = "network-config";
    public static final String USER_DATA = "user-data";
    public static final String VENDOR_DATA = "vendor-data";

    /** The files that are looked for. */
    public static final List<String> FILES = List.of(META_DATA, NETWORK_CONFIG, USER_DATA, VENDOR_DATA);

    private NoCloudReader() {}

    /**
     * Reads a drive.
     *
     * @param files those of {@link #FILES} that it has, by name
     */
    public static HostConfig read(Map<String, byte[]> files) throws ConfigException {
        var facts = new ArrayList<Item>();
        var metaData = files.get(META_DATA);
        if (metaData == null && !files.containsKey(USER_DATA)) {
            throw Place.of(META_DATA).error("is missing: a NoCloud drive has meta-data and user-data");
        }
        if (metaData != null && !isBlank(metaData)) {
            facts.addAll(metaData(ConfigDocument.yaml(META_DATA, metaData)));
        }
        var network = files.get(NETWORK_CONFIG);
        if (network != null && !isBlank(network)) {
            facts.addAll(NetworkConfigReader.read(NETWORK_CONFIG, network));
        }
        var vendorData = files.get(VENDOR_DATA);
        if (vendorData != null && !UserData.read(VENDOR_DATA, vendorData).isEmpty()) {
            throw Place.of(VENDOR_DATA).error("is not supported: say it in user-data");
        }
        var userData = files.get(USER_DATA);
        return Items.merge(facts, userData == null ? List.of() : UserData.read(USER_DATA, userData));
    }

    private static boolean isBlank(byte[] bytes) {
        for (var value : bytes) {
            if (value > ' ' || value < 0) {
                return false;
            }
        }
        return true;
    }

    /** Facts about the machine, of which clouds have all sorts; only those that mean something here are looked at. */
    private static List<Item> metaData(ConfigValue document) throws ConfigException {
        var section = document.section();
        section.refuse("network-interfaces", "is not supported: write a network-config of version 2");
        var items = new ArrayList<Item>();
        for (var name : List.of("local-hostname", "hostname")) {
            var value = section.optional(name);
            if (value.isPresent() && items.isEmpty()) {
                items.add(new Item.Hostname(value.get().place(), Names.hostname(value.get())));
            }
        }
        var keys = section.optional("public-keys");
        if (keys.isPresent()) {
            items.add(Items.root(keys.get().place(), Names.sshKeys(keyValues(keys.get()))));
        }
        return items;
    }

    /** {@return the keys: one, a list, or by name one or a list} */
    static List<ConfigValue> keyValues(ConfigValue value) throws ConfigException {
        if (value.isList()) {
            return value.list();
        }
        if (!value.isSection()) {
            return List.of(value);
        }
        var keys = new ArrayList<ConfigValue>();
        for (var named : value.section().values().values()) {
            keys.addAll(named.isList() ? named.list() : List.of(named));
        }
        return keys;
    }
}
