package io.bascule.signing.external;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.bascule.signing.ForeignText;
import io.bascule.signing.PassphraseSource;
import io.bascule.signing.external.Cryptoki.Function;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A session with one token: finds its objects, reads their attributes, and signs. Open until the process ends. */
final class Pkcs11Token {
    static final long PUBLIC_KEY = 2;
    static final long PRIVATE_KEY = 3;

    static final long LABEL = 3;
    static final long KEY_TYPE = 0x100;
    static final long ID = 0x102;
    static final long MODULUS = 0x120;
    static final long PUBLIC_EXPONENT = 0x122;
    static final long EC_PARAMS = 0x180;
    static final long EC_POINT = 0x181;

    private static final long CLASS = 0;
    private static final long SERIAL_SESSION = 4;
    private static final long USER = 1;

    /** Of CK_TOKEN_INFO, with its padding. */
    private static final long INFO_SIZE = 208;

    private static final int LABEL_SIZE = 32;
    private static final int SERIAL_AT = 80;
    private static final int SERIAL_SIZE = 16;
    private static final long FLAGS_AT = 96;

    private static final long LOGIN_REQUIRED = 0x4;
    private static final long OWN_PIN_PAD = 0x100;
    private static final long INITIALIZED = 0x400;
    private static final long PIN_FINAL_TRY = 0x2_0000;
    private static final long PIN_LOCKED = 0x4_0000;

    /** Of CK_ATTRIBUTE and CK_MECHANISM alike: number, pointer, length. */
    private static final long STRUCT_SIZE = 24;

    private static final long POINTER_AT = 8;
    private static final long LENGTH_AT = 16;

    private static final int MOST_SLOTS = 256;
    private static final int MOST_OBJECTS = 16;
    private static final int LARGEST_ATTRIBUTE = 4096;

    private final Cryptoki module;
    private final long session;

    /** What a token says of itself. */
    private record Info(long slot, String label, String serial, long flags) {
        boolean is(long flag) {
            return (flags & flag) != 0;
        }
    }

    /** What an object must have. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Wanted(long attribute, byte[] value) {}

    private Pkcs11Token(Cryptoki module, long session) {
        this.module = module;
        this.session = session;
    }

    /** {@return the one token that the URI names, logged in to if it asks for that} */
    static Pkcs11Token open(Pkcs11Uri uri, PassphraseSource passphrases) throws IOException {
        var module = Cryptoki.load(uri.module());
        var all = tokens(module);
        var matching = all.stream()
                .filter(info ->
                        uri.token().filter(label -> !label.equals(info.label())).isEmpty())
                .filter(info -> uri.serial()
                        .filter(serial -> !serial.equals(info.serial()))
                        .isEmpty())
                .filter(info -> uri.slot().filter(slot -> slot != info.slot()).isEmpty())
                .toList();
        if (matching.size() != 1) {
            throw SignerException.permanent(
                    (matching.isEmpty() ? "no token" : "more than one token") + " of " + uri.module()
                            + " matches; there " + (all.isEmpty() ? "is none" : "are: " + names(all)),
                    "name one by token=LABEL, serial=NUMBER or slot-id=NUMBER");
        }
        var info = matching.getFirst();
        long session;
        try (var arena = Arena.ofConfined()) {
            var to = arena.allocate(JAVA_LONG);
            module.call(Function.OPEN_SESSION, info.slot(), SERIAL_SESSION, MemorySegment.NULL, MemorySegment.NULL, to);
            session = to.get(JAVA_LONG, 0);
        }
        if (info.is(LOGIN_REQUIRED)) {
            login(module, session, info, uri, passphrases);
        }
        return new Pkcs11Token(module, session);
    }

    private static String names(List<Info> tokens) {
        return tokens.stream()
                .map(info -> "'" + info.label() + "' (serial " + info.serial() + ", slot " + info.slot() + ")")
                .collect(Collectors.joining(", "));
    }

    private static List<Info> tokens(Cryptoki module) throws SignerException {
        try (var arena = Arena.ofConfined()) {
            var count = arena.allocate(JAVA_LONG);
            count.set(JAVA_LONG, 0, MOST_SLOTS);
            var slots = arena.allocate(JAVA_LONG, MOST_SLOTS);
            module.call(Function.GET_SLOT_LIST, (byte) 1, slots, count);
            var tokens = new ArrayList<Info>();
            for (var i = 0; i < count.get(JAVA_LONG, 0); i++) {
                var slot = slots.getAtIndex(JAVA_LONG, i);
                var info = arena.allocate(INFO_SIZE, JAVA_LONG.byteAlignment());
                if (module.status(Function.GET_TOKEN_INFO, slot, info) == Cryptoki.OK) {
                    var token = new Info(
                            slot,
                            padded(info, 0, LABEL_SIZE),
                            padded(info, SERIAL_AT, SERIAL_SIZE),
                            info.get(JAVA_LONG, FLAGS_AT));
                    if (token.is(INITIALIZED)) {
                        tokens.add(token);
                    }
                }
            }
            // Modules list them in any order.
            tokens.sort(Comparator.comparing(Info::label).thenComparing(Info::serial));
            return tokens;
        }
    }

    private static String padded(MemorySegment from, long at, int size) {
        var bytes = from.asSlice(at, size).toArray(JAVA_BYTE);
        return ForeignText.printable(new String(bytes, StandardCharsets.UTF_8).stripTrailing());
    }

    private static void login(Cryptoki module, long session, Info info, Pkcs11Uri uri, PassphraseSource passphrases)
            throws IOException {
        if (info.is(PIN_LOCKED) || info.is(PIN_FINAL_TRY)) {
            throw SignerException.permanent(
                    "token '" + info.label() + "': "
                            + (info.is(PIN_LOCKED) ? "the PIN is locked" : "one more wrong PIN locks it"),
                    "unlock it, or log in once by the tool of its maker");
        }
        byte[] pin;
        if (info.is(OWN_PIN_PAD)) {
            pin = new byte[0];
        } else {
            var given = uri.pin();
            pin = given.isPresent() ? given.get() : typed(passphrases, info);
        }
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocateFrom(JAVA_BYTE, pin);
            var status = module.status(
                    Function.LOGIN, session, USER, pin.length == 0 ? MemorySegment.NULL : bytes, (long) pin.length);
            bytes.fill((byte) 0);
            if (status != Cryptoki.OK && status != Cryptoki.USER_ALREADY_LOGGED_IN) {
                throw module.failed(Function.LOGIN, status);
            }
        } finally {
            Arrays.fill(pin, (byte) 0);
        }
    }

    private static byte[] typed(PassphraseSource passphrases, Info info) throws IOException {
        var characters = passphrases.pin(info.label());
        try {
            return Pkcs11Uri.utf8(characters);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    /** {@return the objects of a class that have all attributes wanted, at most 16} */
    List<Long> find(long objectClass, List<Wanted> wanted) throws SignerException {
        try (var arena = Arena.ofConfined()) {
            var template = arena.allocate(STRUCT_SIZE * (wanted.size() + 1), JAVA_LONG.byteAlignment());
            var number = arena.allocate(JAVA_LONG);
            number.set(JAVA_LONG, 0, objectClass);
            put(template, 0, CLASS, number, JAVA_LONG.byteSize());
            for (var i = 0; i < wanted.size(); i++) {
                var value = wanted.get(i).value();
                put(template, i + 1, wanted.get(i).attribute(), arena.allocateFrom(JAVA_BYTE, value), value.length);
            }
            module.call(Function.FIND_OBJECTS_INIT, session, template, wanted.size() + 1L);
            var found = arena.allocate(JAVA_LONG, MOST_OBJECTS);
            var count = arena.allocate(JAVA_LONG);
            try {
                module.call(Function.FIND_OBJECTS, session, found, (long) MOST_OBJECTS, count);
            } finally {
                module.call(Function.FIND_OBJECTS_FINAL, session);
            }
            var objects = new ArrayList<Long>();
            for (var i = 0; i < count.get(JAVA_LONG, 0); i++) {
                objects.add(found.getAtIndex(JAVA_LONG, i));
            }
            return objects;
        }
    }

    /** {@return an attribute of an object; nothing if it has none, or does not tell it} */
    Optional<byte[]> attribute(long object, long type) throws SignerException {
        try (var arena = Arena.ofConfined()) {
            var value = arena.allocate(LARGEST_ATTRIBUTE);
            var template = arena.allocate(STRUCT_SIZE, JAVA_LONG.byteAlignment());
            put(template, 0, type, value, LARGEST_ATTRIBUTE);
            var status = module.status(Function.GET_ATTRIBUTE_VALUE, session, object, template, 1L);
            if (status == Cryptoki.ATTRIBUTE_SENSITIVE || status == Cryptoki.ATTRIBUTE_TYPE_INVALID) {
                return Optional.empty();
            }
            if (status != Cryptoki.OK) {
                throw module.failed(Function.GET_ATTRIBUTE_VALUE, status);
            }
            var length = template.get(JAVA_LONG, LENGTH_AT);
            return length < 0 || length > LARGEST_ATTRIBUTE
                    ? Optional.empty()
                    : Optional.of(value.asSlice(0, length).toArray(JAVA_BYTE));
        }
    }

    /**
     * {@return a signature of {@code data} by a mechanism without parameters}
     *
     * @param largest how many bytes it can have
     */
    synchronized byte[] sign(long key, long mechanism, byte[] data, int largest) throws SignerException {
        try (var arena = Arena.ofConfined()) {
            var how = arena.allocate(STRUCT_SIZE, JAVA_LONG.byteAlignment());
            put(how, 0, mechanism, MemorySegment.NULL, 0);
            module.call(Function.SIGN_INIT, session, how, key);
            var signature = arena.allocate(largest);
            var length = arena.allocate(JAVA_LONG);
            length.set(JAVA_LONG, 0, largest);
            module.call(
                    Function.SIGN, session, arena.allocateFrom(JAVA_BYTE, data), (long) data.length, signature, length);
            return signature
                    .asSlice(0, Math.clamp(length.get(JAVA_LONG, 0), 0, largest))
                    .toArray(JAVA_BYTE);
        }
    }

    private static void put(MemorySegment structs, int index, long number, MemorySegment pointer, long length) {
        var at = index * STRUCT_SIZE;
        structs.set(JAVA_LONG, at, number);
        structs.set(ADDRESS, at + POINTER_AT, pointer);
        structs.set(JAVA_LONG, at + LENGTH_AT, length);
    }
}
