//! Every statement of this crate. A test prepares each one against the migrated schema.

pub(crate) mod register;
pub(crate) mod tenants;

#[cfg(test)]
mod tests {
    use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

    use super::{register, tenants};
    use crate::pool::{Pools, SqliteOptions};

    #[tokio::test]
    async fn every_statement_prepares_against_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let db = Pools::open(&folder.path().join("icp.db"), SqliteOptions::default()).await.unwrap();
        let tenants = tenants::ALL.iter().map(|(name, sql)| (*name, sql.text().to_owned()));
        let single = register::ALL.iter().map(|(name, sql)| (*name, (*sql).to_owned()));
        let mut checked = 0;
        let many = [
            ("entities_put", register::entities_put(500)),
            ("counts_put", register::counts_put(500)),
            ("former_put", register::former_put(500)),
        ];
        for (name, text) in tenants.chain(single).chain(many) {
            let prepared = db.writer().prepare(AssertSqlSafe(text).into_sql_str()).await;
            assert!(prepared.is_ok(), "{name}: {:?}", prepared.err());
            checked += 1;
        }
        assert!(checked > 80, "{checked}");
    }

    #[tokio::test]
    async fn every_table_of_tenants_is_erased() {
        let folder = tempfile::tempdir().unwrap();
        let db = Pools::open(&folder.path().join("icp.db"), SqliteOptions::default()).await.unwrap();
        let of_tenants = "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c \
            WHERE m.type = 'table' AND c.name = 'tenant_id' AND c.pk = 1 ORDER BY m.name";
        let tables: Vec<String> = sqlx::query_scalar(of_tenants).fetch_all(db.writer()).await.unwrap();
        let mut erased: Vec<&str> =
            tenants::ERASE.iter().map(|sql| sql.text().split_whitespace().nth(2).unwrap()).collect();
        erased.sort_unstable();
        assert_eq!(erased, tables);
        let keyed_otherwise = "SELECT count(*) FROM sqlite_schema m JOIN pragma_table_info(m.name) c \
            WHERE m.type = 'table' AND c.name = 'tenant_id' AND c.pk <> 1";
        let others: i64 = sqlx::query_scalar(keyed_otherwise).fetch_one(db.writer()).await.unwrap();
        assert_eq!(others, 0, "a tenant table whose key does not begin with the tenant");
    }
}
