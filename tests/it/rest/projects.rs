//! Classic projects of organisations, repositories and people, with their columns and cards.

use super::cases;

cases!(
    boards_of_every_owner,
    boards_are_edited_and_deleted,
    boards_are_refused,
    what_a_client_has_is_not_written_again,
    columns_stand_in_order,
    cards_show_notes_and_issues,
    private_boards_are_for_those_who_push,
    collaborators_follow_from_tokens,
);

mod cases {
    use backlot_core::{RepositoryEdit, Store, StoreOptions};
    use backlot_model::Actor;
    use serde_json::{Value, json};

    use crate::rest::client::Client;

    const OWNERS: [(&str, &str); 3] = [
        ("/orgs/octo/projects", "/orgs/octo/projects"),
        ("/repos/octo/hello/projects", "/repos/octo/hello/projects"),
        ("/user/projects", "/users/mona/projects"),
    ];

    fn names(list: &Value) -> Vec<&str> {
        list.as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect()
    }

    fn made(client: &Client, path: &str, name: &str) -> Value {
        client.post(path, &json!({"name": name})).expect(201).json()
    }

    pub(super) fn boards_of_every_owner(client: &Client) {
        for (create, list) in OWNERS {
            assert_eq!(client.get(list).expect(200).json(), json!([]), "{list}");
            let board = client
                .post(create, &json!({"name": "Roadmap", "body": "Next"}))
                .expect(201)
                .json();
            assert_eq!(
                (&board["name"], &board["body"], &board["state"]),
                (&json!("Roadmap"), &json!("Next"), &json!("open"))
            );
            let done = made(client, create, "Done");
            let closing = json!({"state": "closed"});
            client
                .patch(&format!("/projects/{}", done["id"]), &closing)
                .expect(200);
            assert_eq!(names(&client.get(list).expect(200).json()), ["Roadmap"]);
            assert_eq!(
                names(&client.get(&format!("{list}?state=closed")).json()),
                ["Done"]
            );
            let second = client
                .get(&format!("{list}?state=all&per_page=1&page=2"))
                .expect(200);
            assert_eq!(names(&second.json()), ["Done"]);
            assert!(second.header("link").contains("rel=\"prev\""));
            client.get(&format!("{list}?state=opne")).expect(422);
        }
    }

    pub(super) fn boards_are_edited_and_deleted(client: &Client) {
        let board = made(client, "/repos/octo/hello/projects", "Plan");
        let path = format!("/projects/{}", board["id"]);
        assert_eq!(client.get(&path).expect(200).json(), board);
        let edit =
            json!({"name": "Plan B", "body": "Instead", "state": "closed", "private": false});
        let edited = client.patch(&path, &edit).expect(200).json();
        assert_eq!(
            (&edited["name"], &edited["body"], &edited["state"]),
            (&edit["name"], &edit["body"], &edit["state"])
        );
        let cleared = client
            .patch(&path, &json!({"body": null}))
            .expect(200)
            .json();
        assert_eq!(
            (&cleared["body"], &cleared["name"]),
            (&Value::Null, &edit["name"])
        );
        let org = made(client, "/orgs/octo/projects", "Ours");
        let ours = format!("/projects/{}", org["id"]);
        let shared = client
            .patch(&ours, &json!({"organization_permission": "write"}))
            .expect(200)
            .json();
        assert_eq!(shared["organization_permission"], "write");
        client.delete(&path).expect(204);
        client.get(&path).expect(404);
        client.delete(&path).expect(404);
        client.patch(&path, &json!({"name": "x"})).expect(404);
    }

    pub(super) fn boards_are_refused(client: &Client) {
        let board = made(client, "/repos/octo/hello/projects", "Plan");
        let path = format!("/projects/{}", board["id"]);
        let suspended = client.as_suspended();
        for (create, list) in OWNERS {
            let new = json!({"name": "No"});
            client.as_nobody().post(create, &new).expect(401);
            client.as_reader().post(create, &new).expect(403);
            suspended.get(list).expect(403);
            client.as_stranger().get(list).expect(401);
            for bad in [json!({}), json!({"name": ""}), json!({"name": 1})] {
                client.post(create, &bad).expect(422);
            }
        }
        for path in ["/orgs/none/projects", "/repos/octo/none/projects"] {
            client.get(path).expect(404);
            client.post(path, &json!({"name": "No"})).expect(404);
        }
        client.get("/users/nobody-at-all/projects").expect(404);
        client.as_stranger().get(&path).expect(401);
        suspended.get(&path).expect(403);
        client.as_nobody().patch(&path, &json!({})).expect(401);
        client.as_reader().patch(&path, &json!({})).expect(403);
        client.patch(&path, &json!({"state": "opne"})).expect(422);
        client
            .patch(&path, &json!({"organization_permission": "own"}))
            .expect(422);
        client.as_nobody().delete(&path).expect(401);
        client.as_reader().delete(&path).expect(403);

        // Where a repository has no projects.
        let mut tx = client
            .api
            .store()
            .write(Actor::login("mona"), "off")
            .unwrap();
        let off = RepositoryEdit::default().projects(false);
        tx.repository("octo/hello").unwrap().edit(&off).unwrap();
        tx.commit().unwrap();
        client.get("/repos/octo/hello/projects").expect(410);
        client
            .post("/repos/octo/hello/projects", &json!({"name": "No"}))
            .expect(410);
        client
            .post("/orgs/octo/projects", &json!({"name": "No"}))
            .expect(410);
        client.get("/orgs/octo/projects").expect(404);
        client.patch(&path, &json!({"name": "x"})).expect(410);
        client.delete(&path).expect(410);

        // The board of an organisation is not deleted, edited or made where nothing of that kind can be.
        let other = client.beside(empty());
        other
            .post("/orgs/octo/projects", &json!({"name": "No"}))
            .expect(404);
    }

    fn empty() -> Store {
        StoreOptions::new().in_memory().unwrap()
    }

    pub(super) fn what_a_client_has_is_not_written_again(client: &Client) {
        let board = made(client, "/repos/octo/hello/projects", "Plan");
        let path = format!("/projects/{}", board["id"]);
        let tag = client.get(&path).expect(200).header("etag").to_owned();
        let knowing = client.with("if-none-match", &tag);
        assert!(knowing.get(&path).expect(304).body.is_empty());
        knowing.patch(&path, &json!({"name": "Plan"})).expect(304);
        knowing.delete(&path).expect(304);
        let own = client
            .get("/user/projects")
            .expect(200)
            .header("etag")
            .to_owned();
        client
            .with("if-none-match", &own)
            .post("/user/projects", &json!({"name": "x"}))
            .expect(304);
        // And only what a client has seen.
        let sure = client.with("if-match", &tag);
        sure.patch(&path, &json!({"name": "Plan B"})).expect(200);
        sure.patch(&path, &json!({"name": "Plan C"})).expect(412);
        assert_eq!(client.get(&path).json()["name"], "Plan B");
        client
            .with("if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT")
            .delete(&path)
            .expect(412);
    }

    pub(super) fn columns_stand_in_order(client: &Client) {
        let board = made(client, "/repos/octo/hello/projects", "Plan");
        let list = format!("/projects/{}/columns", board["id"]);
        let columns: Vec<Value> = ["To do", "Doing", "Done"]
            .iter()
            .map(|name| made(client, &list, name))
            .collect();
        let at = |n: usize| format!("/projects/columns/{}", columns[n]["id"]);
        assert_eq!(
            names(&client.get(&list).expect(200).json()),
            ["To do", "Doing", "Done"]
        );
        assert_eq!(
            names(&client.get(&format!("{list}?per_page=2&page=2")).json()),
            ["Done"]
        );
        let moved = |n: usize, position: &str| {
            client.post(&format!("{}/moves", at(n)), &json!({"position": position}))
        };
        moved(2, "first").expect(201);
        assert_eq!(names(&client.get(&list).json()), ["Done", "To do", "Doing"]);
        moved(0, "last").expect(201);
        moved(2, &format!("after:{}", columns[1]["id"])).expect(201);
        assert_eq!(names(&client.get(&list).json()), ["Doing", "Done", "To do"]);
        for wrong in ["middle", "after:x", "after:1", ""] {
            moved(0, wrong).expect(422);
        }
        assert_eq!(
            client
                .patch(&at(0), &json!({"name": "Open"}))
                .expect(200)
                .json()["name"],
            "Open"
        );
        client.patch(&at(0), &json!({})).expect(422);
        client.post(&list, &json!({})).expect(422);
        client.as_reader().delete(&at(0)).expect(403);
        client.delete(&at(0)).expect(204);
        client.get(&at(0)).expect(404);
        client.get("/projects/columns/1").expect(404);
        client.get("/projects/columns/x").expect(404);
    }

    pub(super) fn cards_show_notes_and_issues(client: &Client) {
        let board = made(client, "/orgs/octo/projects", "Plan");
        let columns = format!("/projects/{}/columns", board["id"]);
        let (left, right) = (
            made(client, &columns, "Left"),
            made(client, &columns, "Right"),
        );
        let cards = |column: &Value| format!("/projects/columns/{}/cards", column["id"]);
        let note = client
            .post(&cards(&left), &json!({"note": "Think"}))
            .expect(201)
            .json();
        assert_eq!(
            (&note["note"], &note["archived"]),
            (&json!("Think"), &json!(false))
        );
        let issue = client.get("/repos/octo/hello/issues/1").json();
        let content = json!({"content_id": issue["id"], "content_type": "Issue"});
        let shown = client.post(&cards(&left), &content).expect(201).json();
        assert_eq!(shown["content_url"], issue["url"]);
        client.post(&cards(&left), &content).expect(422);
        for wrong in [
            json!({}),
            json!({"content_id": 1, "content_type": "Issue"}),
            json!({"content_id": issue["id"], "content_type": "Discussion"}),
        ] {
            client.post(&cards(&left), &wrong).expect(422);
        }
        let ids = |column: &Value, query: &str| -> Vec<Value> {
            let list = client
                .get(&format!("{}{query}", cards(column)))
                .expect(200)
                .json();
            list.as_array()
                .unwrap()
                .iter()
                .map(|card| card["id"].clone())
                .collect()
        };
        assert_eq!(ids(&left, ""), [shown["id"].clone(), note["id"].clone()]);
        let at = |card: &Value| format!("/projects/columns/cards/{}", card["id"]);
        let moves = |card: &Value, body: Value| client.post(&format!("{}/moves", at(card)), &body);
        moves(&note, json!({"position": "top"})).expect(201);
        assert_eq!(ids(&left, ""), [note["id"].clone(), shown["id"].clone()]);
        moves(
            &note,
            json!({"position": "bottom", "column_id": right["id"]}),
        )
        .expect(201);
        moves(
            &shown,
            json!({"position": format!("after:{}", note["id"]), "column_id": right["id"]}),
        )
        .expect(201);
        assert_eq!(ids(&right, ""), [note["id"].clone(), shown["id"].clone()]);
        moves(&note, json!({"position": "up"})).expect(422);
        moves(&note, json!({"position": "top", "column_id": 1})).expect(422);
        let archived = client
            .patch(&at(&note), &json!({"archived": true, "note": "Thought"}))
            .expect(200)
            .json();
        assert_eq!(
            (&archived["archived"], &archived["note"]),
            (&json!(true), &json!("Thought"))
        );
        assert_eq!(ids(&right, ""), [shown["id"].clone()]);
        assert_eq!(
            ids(&right, "?archived_state=archived"),
            [note["id"].clone()]
        );
        assert_eq!(
            ids(&right, "?archived_state=all&per_page=1&page=2"),
            [shown["id"].clone()]
        );
        client
            .get(&format!("{}?archived_state=x", cards(&right)))
            .expect(422);
        client
            .patch(&at(&shown), &json!({"note": "no"}))
            .expect(422);
        client.as_reader().delete(&at(&note)).expect(403);
        client.delete(&at(&note)).expect(204);
        client.get(&at(&note)).expect(404);
    }

    pub(super) fn private_boards_are_for_those_who_push(client: &Client) {
        let board = made(client, "/orgs/octo/projects", "Secret");
        let path = format!("/projects/{}", board["id"]);
        let column = made(client, &format!("{path}/columns"), "Left");
        client.patch(&path, &json!({"private": true})).expect(200);
        assert_eq!(names(&client.get("/orgs/octo/projects").json()), ["Secret"]);
        for other in [client.as_reader(), client.as_nobody()] {
            assert_eq!(
                other.get("/orgs/octo/projects").expect(200).json(),
                json!([])
            );
            other.get(&path).expect(403);
            other.get(&format!("{path}/columns")).expect(403);
            other
                .get(&format!("/projects/columns/{}", column["id"]))
                .expect(403);
            other
                .get(&format!("/projects/columns/{}/cards", column["id"]))
                .expect(403);
        }
    }

    pub(super) fn collaborators_follow_from_tokens(client: &Client) {
        let board = made(client, "/repos/octo/hello/projects", "Plan");
        let path = format!("/projects/{}/collaborators", board["id"]);
        let list = client.get(&path).expect(200).json();
        assert_eq!(list[0]["login"], "mona");
        assert_eq!(
            client.get(&format!("{path}?affiliation=outside")).json(),
            json!([])
        );
        client.get(&format!("{path}?affiliation=x")).expect(422);
        let may = |login: &str| {
            client
                .get(&format!("{path}/{login}/permission"))
                .expect(200)
                .json()["permission"]
                .clone()
        };
        assert_eq!(
            (may("mona"), may("reader")),
            (json!("admin"), json!("read"))
        );
        client
            .put(&format!("{path}/hubot"), &json!({"permission": "admin"}))
            .expect(403);
        client.delete(&format!("{path}/hubot")).expect(403);
        client.as_nobody().get(&path).expect(401);
    }
}
