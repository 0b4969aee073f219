// node toxiproxy_client.js API_URL MODULES_FOLDER
//
// Drives a fault link by the client that Node programs use for Toxiproxy: the calls that the client
// has, and every toxic there is, put on, seen to act on a connection, and taken off. Prints a line
// "ok <what>" for each; the exit code is 1 when one of them is not so. Times are only ever "not
// before": how late something comes depends on the machine.

"use strict";

const assert = require("assert");
const net = require("net");
const path = require("path");

const [apiUrl, modules] = process.argv.slice(2);
const library = require(path.join(modules, "node_modules", "toxiproxy-node-client"));
const Toxiproxy = library.Toxiproxy || library.default;

const patienceMs = 10000;
// How long nothing has to come before it counts as nothing.
const silenceMs = 150;

// Gives back what it is sent, and its FIN for a FIN.
function startEcho() {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
        socket.on("data", (bytes) => socket.write(bytes));
        socket.on("end", () => socket.end());
        socket.on("error", () => {});
    });
    return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function portOf(proxy) {
    return Number(proxy.listen.slice(proxy.listen.lastIndexOf(":") + 1));
}

// One connection, and what came on it. `end` is "fin", "rst" or still null.
class Talk {
    constructor(proxy) {
        this.began = process.hrtime.bigint();
        this.bytes = "";
        this.end = null;
        this.wake = () => {};
        this.socket = net.connect({ port: portOf(proxy), host: "127.0.0.1", allowHalfOpen: true });
        this.socket.setNoDelay(true);
        this.socket.on("data", (bytes) => this.note(() => (this.bytes += bytes.toString("latin1"))));
        this.socket.on("end", () => this.note(() => (this.end = this.end || "fin")));
        this.socket.on("error", (error) => this.note(() => {
            assert(["ECONNRESET", "EPIPE", "ECONNREFUSED"].includes(error.code), error.code);
            this.end = error.code === "ECONNREFUSED" ? "refused" : "rst";
        }));
    }
    note(change) {
        change();
        this.wake();
    }
    say(text) {
        this.socket.write(Buffer.from(text, "latin1"));
        return this;
    }
    sayFin() {
        this.socket.end();
        return this;
    }
    ms() {
        return Number(process.hrtime.bigint() - this.began) / 1e6;
    }
    // Until it ended, or so many bytes came, or nothing of it did for so long.
    async until({ bytes = Infinity, withinMs = patienceMs } = {}) {
        const deadline = this.ms() + withinMs;
        while (!this.end && this.bytes.length < bytes && this.ms() < deadline) {
            await new Promise((resolve) => {
                const timer = setTimeout(resolve, Math.max(deadline - this.ms(), 1));
                this.wake = () => {
                    clearTimeout(timer);
                    resolve();
                };
            });
        }
        return this;
    }
    close() {
        this.socket.destroy();
    }
}

async function isEchoed(proxy) {
    const talk = new Talk(proxy).say("ping");
    await talk.until({ bytes: 4 });
    talk.close();
    return talk.bytes === "ping";
}

const record = "\x17\x03\x03\x00\x0a0123456789";
const response = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";

// Each is given the proxy with its toxic on it.
const toxics = {
    noop: [{}, async (proxy) => assert(await isEchoed(proxy))],
    latency: [{ latency: 80, jitter: 10 }, async (proxy) => {
        const talk = await new Talk(proxy).say("x").until({ bytes: 1 });
        assert.strictEqual(talk.bytes, "x");
        assert(talk.ms() >= 70, `${talk.ms()} ms`);
        talk.close();
    }],
    bandwidth: [{ rate: 100 }, async (proxy) => {
        const sent = "x".repeat(30000);
        const talk = await new Talk(proxy).say(sent).until({ bytes: sent.length });
        assert.strictEqual(talk.bytes, sent);
        assert(talk.ms() >= 280, `${talk.ms()} ms`);
        talk.close();
    }],
    slow_close: [{ delay: 200 }, async (proxy) => {
        const talk = await new Talk(proxy).say("x").sayFin().until();
        assert.deepStrictEqual([talk.bytes, talk.end], ["x", "fin"]);
        assert(talk.ms() >= 200, `${talk.ms()} ms`);
    }],
    timeout: [{ timeout: 200 }, async (proxy) => {
        const talk = await new Talk(proxy).say("x").until();
        assert.deepStrictEqual([talk.bytes, talk.end], ["", "fin"]);
        assert(talk.ms() >= 200, `${talk.ms()} ms`);
    }],
    reset_peer: [{ timeout: 100 }, async (proxy) => {
        const talk = await new Talk(proxy).until();
        assert.strictEqual(talk.end, "rst");
        assert(talk.ms() >= 100, `${talk.ms()} ms`);
    }],
    slicer: [{ average_size: 10, size_variation: 0, delay: 2000 }, async (proxy) => {
        const sent = "0123456789".repeat(10);
        const talk = await new Talk(proxy).say(sent).until({ bytes: sent.length });
        assert.strictEqual(talk.bytes, sent);
        assert(talk.ms() >= 18, `${talk.ms()} ms`);
        talk.close();
    }],
    limit_data: [{ bytes: 5 }, async (proxy) => {
        const talk = await new Talk(proxy).say("0123456789").until();
        assert.deepStrictEqual([talk.bytes, talk.end], ["01234", "fin"]);
    }],
    down: [{}, async (proxy) => {
        const talk = await new Talk(proxy).say("x").until();
        assert.deepStrictEqual([talk.bytes, talk.end], ["", "rst"]);
    }],
    half_close: [{ bytes: 3 }, async (proxy) => {
        const talk = await new Talk(proxy).say("012345").until();
        assert.deepStrictEqual([talk.bytes, talk.end], ["012", "fin"]);
        talk.close();
    }],
    blackhole: [{}, async (proxy, toxic) => {
        const talk = await new Talk(proxy).say("kept").until({ bytes: 1, withinMs: silenceMs });
        assert.deepStrictEqual([talk.bytes, talk.end], ["", null]);
        await toxic.remove();
        await talk.until({ bytes: 4 });
        assert.strictEqual(talk.bytes, "kept");
        talk.close();
        return "removed";
    }],
    connect_delay: [{ delay: 200 }, async (proxy) => {
        const talk = await new Talk(proxy).say("x").until({ bytes: 1 });
        assert.strictEqual(talk.bytes, "x");
        assert(talk.ms() >= 199, `${talk.ms()} ms`);
        talk.close();
    }],
    close_after: [{ after: 200 }, async (proxy) => {
        const talk = await new Talk(proxy).say("x").until();
        assert.deepStrictEqual([talk.bytes, talk.end], ["x", "fin"]);
        assert(talk.ms() >= 200, `${talk.ms()} ms`);
    }],
    corrupt: [{ every: 1 }, async (proxy) => {
        const talk = await new Talk(proxy).say("aaaaaaaa").until({ bytes: 8 });
        assert.strictEqual(talk.bytes.length, 8);
        assert(!talk.bytes.includes("a"), talk.bytes);
        talk.close();
    }],
    tls_record_cut: [{ record: 2, bytes: 7, by: "fin" }, async (proxy) => {
        const talk = await new Talk(proxy).say(record + record).until();
        assert.deepStrictEqual([talk.bytes, talk.end], [record + record.slice(0, 7), "fin"]);
    }],
    // No byte before the RST: behind one libuv takes POLLHUP for the end (uv__stream_io).
    http_cut: [{ point: "before_headers", bytes: 1, by: "rst" }, async (proxy, toxic) => {
        const talk = await new Talk(proxy).say(response).until();
        assert.deepStrictEqual([talk.bytes, talk.end], ["", "rst"]);
        await toxic.update({ attributes: { point: "mid_body", bytes: 4, by: "fin" } });
        const second = await new Talk(proxy).say(response).until();
        assert.deepStrictEqual([second.bytes, second.end], [response.slice(0, -6), "fin"]);
    }],
};

async function driveToxics(toxiproxy, upstream) {
    for (const [type, [attributes, check]] of Object.entries(toxics)) {
        const proxy = await toxiproxy.createProxy({
            name: `drive_${type}`, listen: "127.0.0.1:0", upstream, enabled: true });
        const toxic = await proxy.addToxic({
            type, name: `the_${type}`, stream: "downstream", toxicity: 1, attributes });
        assert.deepStrictEqual(toxic.attributes, attributes);
        const left = await check(proxy, toxic);
        if (left !== "removed") {
            assert.strictEqual((await proxy.getToxic(`the_${type}`)).type, type);
            await toxic.remove();
        }
        assert(await isEchoed(proxy), `${type} acts although it was taken off`);
        await proxy.remove();
        console.log(`ok ${type}`);
    }
}

async function refused(promise, status) {
    await assert.rejects(promise, (error) => error.message.includes(String(status)));
}

async function driveCalls(toxiproxy, upstream) {
    assert.match(String(await toxiproxy.getVersion()), /2\.\d+\.\d+/);
    const body = { name: "calls", listen: "localhost:0", upstream };
    const created = await toxiproxy.populate([body, { ...body, name: "more" }]);
    assert.strictEqual(Object.keys(created).length, 2);
    assert.deepStrictEqual(Object.keys(await toxiproxy.getAll()).sort(), ["calls", "more"]);
    const proxy = await toxiproxy.get("calls");
    assert(await isEchoed(proxy));
    await refused(toxiproxy.createProxy({ ...body, enabled: true }), 409);
    await refused(toxiproxy.get("absent"), 404);
    await refused(proxy.addToxic({ type: "absent", stream: "downstream", toxicity: 1,
        attributes: {} }), 400);
    const off = await proxy.update({ enabled: false, listen: proxy.listen, upstream });
    assert.strictEqual(off.enabled, false);
    assert.strictEqual((await new Talk(proxy).until()).end, "refused");
    const toxic = await proxy.addToxic({ type: "latency", name: "slow", stream: "upstream",
        toxicity: 0, attributes: { latency: 60000, jitter: 0 } });
    await toxiproxy.reset();
    const again = await toxiproxy.get("calls");
    assert.strictEqual(again.enabled, true);
    await refused(again.getToxic("slow"), 404);
    assert(await isEchoed(again));
    const live = await again.addToxic({ type: "latency", name: "slow", stream: "upstream",
        toxicity: 1, attributes: { latency: 1, jitter: 0 } });
    const changed = await live.update({ attributes: { latency: 2 }, toxicity: 0.5 });
    assert.deepStrictEqual([changed.attributes.latency, changed.toxicity], [2, 0.5]);
    assert.strictEqual(toxic.name, live.name);
    await again.remove();
    await (await toxiproxy.get("more")).remove();
    console.log("ok calls");
}

async function main() {
    const echo = await startEcho();
    const upstream = `127.0.0.1:${echo.address().port}`;
    const toxiproxy = new Toxiproxy(apiUrl);
    await driveCalls(toxiproxy, upstream);
    await driveToxics(toxiproxy, upstream);
    process.exit(0);
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
