// @octokit/rest: its methods, its paginator, its errors, and conditional requests.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Octokit } from "@octokit/rest";

const { BACKLOT_URL: baseUrl, BACKLOT_TOKEN: token, BACKLOT_SAMPLE: folder } = process.env;
const here = { owner: "tidepool", repo: "kelp" };
const log = { debug() {}, info() {}, warn() {}, error() {} };
const octokit = new Octokit({ baseUrl, auth: token || undefined, log });
const { issues } = octokit.rest;
let failures = 0;

function equal(found, expected, what = "value") {
  if (!isDeepStrictEqual(found, expected)) {
    throw new Error(`${what} is ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  }
}
function holds(condition, what) {
  if (!condition) throw new Error(what);
}
async function refused(status, request, check = () => {}) {
  try {
    await request();
  } catch (error) {
    equal(error.name, "HttpError", "the kind of error");
    equal(error.status, status, "status");
    holds(error.response.data.message, "the error has no message");
    return check(error.response.data);
  }
  throw new Error(`no error, expected ${status}`);
}
async function step(what, body) {
  try {
    await body();
    console.log(`ok @octokit/rest: ${what}`);
  } catch (error) {
    failures += 1;
    const reason = String(error).replace(/\s+/g, " ").slice(0, 600);
    console.log(`FAILED @octokit/rest: ${what}: ${reason} (${error.request?.method ?? ""} ${error.request?.url ?? ""})`);
  }
}
function sample(kind) {
  return readFileSync(join(folder, `${kind}.ndjson`), "utf8").trim().split("\n").map((line) => JSON.parse(line));
}
const ascending = (numbers) => [...numbers].sort((a, b) => a - b);
const numbersOf = (list) => ascending(list.map((each) => each.number));
const namesOf = (list) => list.map((each) => each.name).sort();
const [all, comments] = [sample("issues"), sample("comments")];

await step("the repository, the user, the limits, the meta data", async () => {
  equal((await octokit.rest.repos.get(here)).data.full_name, "tidepool/kelp");
  holds((await octokit.rest.users.getAuthenticated()).data.login, "nobody asks");
  equal((await octokit.rest.users.getByUsername({ username: "hana-shiomi" })).data.login, "hana-shiomi");
  holds((await octokit.rest.rateLimit.get()).data.resources.core.limit > 0, "no rate limit");
  await octokit.rest.meta.get();
});

await step("issues over pages, with the paginator", async () => {
  const found = await octokit.paginate(issues.listForRepo, { ...here, state: "all", per_page: 7 });
  equal(numbersOf(found), numbersOf(all));
  let pages = 0;
  for await (const page of octokit.paginate.iterator(issues.listForRepo, { ...here, state: "all", per_page: 9 })) {
    pages += 1;
    holds(page.data.length <= 9, "a page is too long");
  }
  equal(pages, Math.ceil(all.length / 9), "pages");
});
await step("issues by state, label, assignee, type of milestone", async () => {
  const ask = async (parameters) => numbersOf(await octokit.paginate(issues.listForRepo, { ...here, ...parameters }));
  equal(await ask({}), numbersOf(all.filter((each) => each.state === "open")));
  equal(await ask({ state: "closed" }), numbersOf(all.filter((each) => each.state === "closed")));
  equal(await ask({ state: "all", labels: "BUG" }), numbersOf(all.filter((each) => each.labels.some((label) => label.name === "bug"))));
  equal(await ask({ state: "all", assignee: "*" }), numbersOf(all.filter((each) => each.assignees.length > 0)));
  equal(await ask({ state: "all", milestone: "none" }), numbersOf(all.filter((each) => !each.milestone)));
});
await step("page and per_page beyond their limits", async () => {
  equal((await issues.listForRepo({ ...here, state: "all", per_page: 1000 })).data.length, all.length);
  equal((await issues.listForRepo({ ...here, state: "all", page: 99 })).data, []);
});
await step("every issue, its comments, events, labels and timeline", async () => {
  for (const each of all) {
    const on = { ...here, issue_number: each.number };
    const { data } = await issues.get(on);
    equal([data.id, data.title, data.body, data.state, data.comments], [each.id, each.title, each.body, each.state, each.comments]);
    equal((await octokit.paginate(issues.listComments, on)).length, comments.filter((one) => one.issue_url === each.url).length);
    await octokit.paginate(issues.listEvents, on);
    await octokit.paginate(issues.listEventsForTimeline, on);
    equal((await issues.listLabelsOnIssue(on)).data.length, each.labels.length);
  }
});
await step("what has not changed is told by 304", async () => {
  const on = { ...here, issue_number: 14 };
  const { headers } = await issues.get(on);
  holds(headers.etag, "no ETag");
  const again = await issues.get({ ...on, headers: { "if-none-match": headers.etag } }).then((answer) => answer.status, (error) => error.status);
  equal(again, 304, "status");
  equal((await issues.get({ ...on, headers: { "if-none-match": '"other"' } })).status, 200);
});
await step("media types: raw, text, html and full", async () => {
  for (const [format, keys] of [["raw", ["body"]], ["text", ["body_text"]], ["html", ["body_html"]], ["full", ["body", "body_text", "body_html"]]]) {
    const { data } = await issues.get({ ...here, issue_number: 1, mediaType: { format } });
    equal(["body", "body_text", "body_html"].filter((key) => key in data), keys, format);
  }
});

let milestone;
await step("list, create, get, update and delete a milestone", async () => {
  const found = await octokit.paginate(issues.listMilestones, { ...here, state: "all", per_page: 2 });
  equal(numbersOf(found), numbersOf(sample("milestones")));
  const { data, status, headers } = await issues.createMilestone({ ...here, title: "Ebb", description: "Out", due_on: "2030-05-06T07:00:00Z" });
  milestone = data.number;
  equal(status, 201);
  holds(headers.location, "no Location");
  equal((await issues.getMilestone({ ...here, milestone_number: milestone })).data.title, "Ebb");
  const updated = await issues.updateMilestone({ ...here, milestone_number: milestone, state: "closed", title: "Flood" });
  equal([updated.data.state, updated.data.title], ["closed", "Flood"]);
  await issues.updateMilestone({ ...here, milestone_number: milestone, state: "open" });
  const second = await issues.createMilestone({ ...here, title: "to go" });
  equal((await issues.deleteMilestone({ ...here, milestone_number: second.data.number })).status, 204);
  await refused(404, () => issues.getMilestone({ ...here, milestone_number: second.data.number }));
  await issues.listLabelsForMilestone({ ...here, milestone_number: 2 });
});
await step("list, create, get, update and delete a label", async () => {
  equal(namesOf(await octokit.paginate(issues.listLabelsForRepo, { ...here, per_page: 5 })), namesOf(sample("labels")));
  await issues.createLabel({ ...here, name: "wind/force", color: "0f0f0f" });
  equal((await issues.getLabel({ ...here, name: "wind/force" })).data.color, "0f0f0f");
  equal((await issues.updateLabel({ ...here, name: "wind/force", new_name: "wind", description: "Blows" })).data.name, "wind");
  equal((await issues.deleteLabel({ ...here, name: "wind" })).status, 204);
  await refused(404, () => issues.getLabel({ ...here, name: "wind" }));
});

let on;
await step("create, get, update, close and reopen an issue", async () => {
  const made = await issues.create({ ...here, title: "Swell", body: "From the *west*", labels: ["bug"], milestone, assignees: ["hana-shiomi"] });
  equal(made.status, 201);
  on = { ...here, issue_number: made.data.number };
  const { data } = await issues.get(on);
  equal([data.title, data.body, data.milestone.number, data.assignees[0].login], ["Swell", "From the *west*", milestone, "hana-shiomi"]);
  const closed = await issues.update({ ...on, state: "closed", state_reason: "not_planned" });
  equal([closed.data.state, closed.data.state_reason], ["closed", "not_planned"]);
  equal((await issues.update({ ...on, state: "open", title: "Long swell", milestone: null })).data.milestone, null);
  equal((await issues.update({ ...on, milestone })).data.milestone.number, milestone);
});
await step("labels, assignees, lock", async () => {
  await issues.addLabels({ ...on, labels: ["question", "area/harmonics"] });
  equal(namesOf((await issues.removeLabel({ ...on, name: "area/harmonics" })).data), ["bug", "question"]);
  equal(namesOf((await issues.setLabels({ ...on, labels: ["潮位"] })).data), ["潮位"]);
  equal((await issues.removeAllLabels(on)).status, 204);
  await issues.addAssignees({ ...on, assignees: ["nils-havn"] });
  equal((await issues.removeAssignees({ ...on, assignees: ["hana-shiomi"] })).data.assignees.map((each) => each.login), ["nils-havn"]);
  equal((await issues.checkUserCanBeAssigned({ ...here, assignee: "nils-havn" })).status, 204);
  equal((await issues.lock({ ...on, lock_reason: "resolved" })).status, 204);
  equal((await issues.unlock(on)).status, 204);
});
await step("list, create, get, update and delete a comment", async () => {
  const { data, status } = await issues.createComment({ ...on, body: "One" });
  equal(status, 201);
  equal((await issues.getComment({ ...here, comment_id: data.id })).data.body, "One");
  equal((await issues.updateComment({ ...here, comment_id: data.id, body: "Two" })).data.body, "Two");
  equal((await issues.listComments(on)).data.map((each) => each.body), ["Two"]);
  equal((await issues.deleteComment({ ...here, comment_id: data.id })).status, 204);
  await refused(404, () => issues.getComment({ ...here, comment_id: data.id }));
  equal((await octokit.paginate(issues.listCommentsForRepo, { ...here, per_page: 11 })).length, sample("comments").length);
});
await step("reactions", async () => {
  const { data } = await octokit.rest.reactions.createForIssue({ ...on, content: "eyes" });
  equal((await octokit.rest.reactions.listForIssue(on)).data.map((each) => each.content), ["eyes"]);
  equal((await octokit.rest.reactions.deleteForIssue({ ...on, reaction_id: data.id })).status, 204);
});
await step("events and timeline", async () => {
  const found = (await octokit.paginate(issues.listEvents, { ...on, per_page: 3 })).map((each) => each.event);
  for (const kind of ["labeled", "unlabeled", "assigned", "milestoned", "demilestoned", "renamed", "closed", "reopened", "locked", "unlocked"]) {
    holds(found.includes(kind), `no ${kind} among ${found}`);
  }
  const ids = new Set((await octokit.paginate(issues.listEventsForRepo, { ...here, per_page: 20 })).map((each) => each.id));
  holds(sample("events").every((each) => ids.has(each.id)), "events are missing");
  const [event] = (await issues.listEvents(on)).data;
  equal((await issues.getEvent({ ...here, event_id: event.id })).data.id, event.id);
  const timeline = (await octokit.paginate(issues.listEventsForTimeline, on)).map((each) => each.event);
  holds(timeline.includes("closed"), `the timeline has ${timeline}`);
});
await step("search", async () => {
  const found = await octokit.rest.search.issuesAndPullRequests({ q: "repo:tidepool/kelp is:issue swell", advanced_search: "true" });
  holds(found.data.items.some((each) => each.number === on.issue_number), "the new issue is not found");
});

await step("what is not there: 404; what cannot be: 422 with resource, field and code", async () => {
  await refused(404, () => issues.get({ ...here, issue_number: 99999 }));
  await refused(404, () => issues.listForRepo({ owner: "tidepool", repo: "none" }));
  await refused(422, () => issues.createLabel({ ...here, name: "bug", color: "ff0000" }), (body) => {
    equal(body.errors, [{ resource: "Label", code: "already_exists", field: "name" }]);
  });
  await refused(422, () => octokit.request("POST /repos/{owner}/{repo}/issues", { ...here, body: "no title" }));
  await refused(422, () => issues.createMilestone({ ...here, title: "0.1" }), (body) => {
    equal(body.errors[0].code, "already_exists");
  });
});
if (token) {
  await step("a wrong token: 401; none: nothing is written", async () => {
    await refused(401, () => new Octokit({ baseUrl, auth: "wrong", log }).rest.issues.create({ ...here, title: "No" }), (body) => {
      equal(body.message, "Bad credentials");
    });
    const status = await new Octokit({ baseUrl, log }).rest.issues.create({ ...here, title: "No" }).then((answer) => answer.status, (error) => error.status);
    holds([401, 403, 404].includes(status), `without a token: ${status}`);
  });
}
process.exit(failures ? 1 : 0);
