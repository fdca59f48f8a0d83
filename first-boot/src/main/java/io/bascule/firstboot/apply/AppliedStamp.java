package io.bascule.firstboot.apply;

import com.fasterxml.jackson.core.JsonFactory;
import io.bascule.firstboot.document.ConfigDocument;
import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.source.LoadedConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * What was applied, in {@code /var/lib/bascule/first-boot.json}: while that file is there, nothing is applied again.
 *
 * @param source where it came from, in words
 * @param sha256 of all its documents
 */
public record AppliedStamp(String source, String sha256, Instant time) {
    /** Below the root of the host. */
    static final String FILE = "var/lib/bascule/first-boot.json";

    static AppliedStamp of(LoadedConfig loaded, Instant time) {
        return new AppliedStamp(loaded.source(), loaded.sha256(), time);
    }

    String toJson() throws IOException {
        var text = new StringWriter();
        try (var json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeNumberField("version", 1);
            json.writeStringField("source", source);
            json.writeStringField("sha256", sha256);
            json.writeStringField("applied", time.toString());
            json.writeEndObject();
        }
        return text + "\n";
    }

    static AppliedStamp parse(byte[] bytes) throws ConfigException {
        var section = ConfigDocument.json("/" + FILE, bytes).section();
        var applied = section.required("applied");
        try {
            return new AppliedStamp(
                    section.required("source").line(),
                    section.required("sha256").line(),
                    Instant.parse(applied.line()));
        } catch (DateTimeParseException e) {
            throw applied.error("is not a time");
        }
    }
}
