package io.bascule.firstboot.openstack;

import io.bascule.firstboot.cloud.UserData;
import io.bascule.firstboot.document.ConfigDocument;
import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.document.Place;
import io.bascule.firstboot.model.HostConfig;
import io.bascule.firstboot.model.Item;
import io.bascule.firstboot.model.Items;
import io.bascule.firstboot.model.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the files of an OpenStack config drive.
 *
 * @see <a href="https://docs.openstack.org/nova/latest/user/metadata.html">Metadata</a>
 */
public final class OpenStackReader {
    /** The folder of the version that is read. */
    public static final String FOLDER = "openstack/latest";

    public static final String META_DATA = "meta_data.json";
    public static final String NETWORK_DATA = "network_data.json";
    public static final String USER_DATA = "user_data";
    public static final String VENDOR_DATA = "vendor_data.json";

    /** The files that are looked for in {@link #FOLDER}. */
    public static final List<String> FILES = List.of(META_DATA, NETWORK_DATA, USER_DATA, VENDOR_DATA);

    private OpenStackReader() {}

    /**
     * Reads a drive.
     *
     * @param files those of {@link #FILES} that it has, by name
     */
    public static HostConfig read(Map<String, byte[]> files) throws ConfigException {
        var metaData = files.get(META_DATA);
        if (metaData == null) {
            throw Place.of(FOLDER + "/" + META_DATA).error("is missing: every OpenStack config drive has it");
        }
        var facts = new ArrayList<>(metaData(metaData));
        var network = files.get(NETWORK_DATA);
        if (network != null) {
            facts.addAll(NetworkDataReader.read(NETWORK_DATA, network));
        }
        var vendorData = files.get(VENDOR_DATA);
        if (vendorData != null) {
            var vendor = ConfigDocument.json(VENDOR_DATA, vendorData).section();
            vendor.refuse("cloud-init", "is not supported: say it in user_data");
        }
        var userData = files.get(USER_DATA);
        return Items.merge(facts, userData == null ? List.of() : UserData.read(USER_DATA, userData));
    }

    /** Facts about the machine, of which clouds have all sorts; only those that mean something here are looked at. */
    private static List<Item> metaData(byte[] bytes) throws ConfigException {
        var section = ConfigDocument.json(META_DATA, bytes).section();
        section.refuse("files", "personality files are not supported: use write_files in user_data");
        section.refuse("network_config", "is not supported: use network_data.json");
        var items = new ArrayList<Item>();
        var hostname = section.optional("hostname");
        if (hostname.isPresent()) {
            items.add(new Item.Hostname(hostname.get().place(), Names.hostname(hostname.get())));
        }
        var keys = section.optional("public_keys");
        if (keys.isPresent()) {
            items.add(Items.root(
                    keys.get().place(),
                    Names.sshKeys(List.copyOf(keys.get().section().values().values()))));
        }
        return items;
    }
}
